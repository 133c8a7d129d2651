package ai.fovea.recognize.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.image.Image;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.BatchOptions;
import ai.fovea.recognize.Batcher;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.ModelFolder;
import ai.fovea.recognize.ModelOptions;
import ai.fovea.recognize.ModelSession;
import ai.fovea.recognize.Recognizer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Recognition as timers and events tell it.
@Tag("native")
class StageTimerTest {
  @TempDir Path folder;

  @Test
  void stagesAreCountedByTimersAndEvents() throws Exception {
    var registry = new SimpleMeterRegistry();
    ModelOptions options = ModelOptions.DEFAULT.withListener(new MicrometerTimers(registry));
    ImageSource image = ImageSource.of(Image.of(9, 9, noise()), "noise");
    Path file = folder.resolve("recording.jfr");
    try (var recording = new Recording();
        var batcher =
            new Batcher(ModelSession.open(ModelFolder.standard(), options), BatchOptions.DEFAULT);
        var embedder = Embedder.of(batcher);
        var gallery =
            LocalGallery.inMemory(
                new GallerySettings(embedder.modelId(), embedder.dimension(), Similarity.COSINE))) {
      recording.enable("ai.fovea.Decode");
      recording.enable("ai.fovea.Embed");
      recording.enable("ai.fovea.Search");
      recording.enable("ai.fovea.Queue");
      recording.start();
      gallery.add(NewEntry.of("noise", embedder.embed(image)));
      new Recognizer(embedder, gallery).recognizeAll(List.of(image, image));
      recording.stop();
      recording.dump(file);
    }
    List<String> events = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      assertThat(event.getString("model")).isEqualTo("fovea-products-1");
      assertThat(event.getInt("images")).isPositive();
      events.add(event.getEventType().getName());
    }
    assertThat(events).filteredOn("ai.fovea.Decode"::equals).hasSize(3);
    assertThat(events).filteredOn("ai.fovea.Queue"::equals).hasSize(3);
    assertThat(events).filteredOn("ai.fovea.Search"::equals).hasSize(2);
    assertThat(events).filteredOn("ai.fovea.Embed"::equals).hasSizeBetween(2, 3);
    assertThat(count(registry, "fovea.decode")).isEqualTo(3);
    assertThat(count(registry, "fovea.queue")).isEqualTo(3);
    assertThat(count(registry, "fovea.search")).isEqualTo(2);
    assertThat(count(registry, "fovea.embed")).isBetween(2L, 3L);
  }

  private static long count(SimpleMeterRegistry registry, String name) {
    return registry.get(name).tag("model", "fovea-products-1").timer().count();
  }

  private static byte[] noise() {
    byte[] rgb = new byte[3 * 9 * 9];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 37);
    }
    return rgb;
  }
}
