package ai.fovea.recognize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.image.Image;
import ai.fovea.image.ImageEncoder;
import ai.fovea.image.ImageException;
import ai.fovea.image.ImageSource;
import ai.fovea.onnx.LiveHandles;
import ai.fovea.recognize.post.ScoredClass;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Images of every source, alone and in batches.
@Tag("native")
class EmbedderTest {
  @TempDir Path folder;

  @Test
  void everySourceOfAnImageGivesTheSameFeatures() throws IOException {
    Image image = Tiny.image(33, 21, 5);
    byte[] png = ImageEncoder.png(image);
    Path file = Files.write(folder.resolve("noise.png"), png);
    try (Embedder embedder = Embedder.of(Tiny.embedder(1), ModelOptions.DEFAULT)) {
      float[] expected = embedder.embed(file);
      assertThat(expected).hasSize(embedder.dimension());
      assertThat(embedder.embed(png, "bytes")).containsExactly(expected);
      ImageSource stream = ImageSource.of(new ByteArrayInputStream(png), "a stream");
      assertThat(embedder.embed(stream)).containsExactly(expected);
      assertThatThrownBy(() -> embedder.embed(stream))
          .isInstanceOf(ImageException.class)
          .hasMessage("a stream: the stream was read before (give its bytes, or a new stream)");
      assertThat(embedder.embed(ImageSource.of(image, "pixels"))).containsExactly(expected);
    }
  }

  /// One bad image of a batch leaves the others alone, and the answers stand where the images stood.
  @Test
  void oneBadImageLeavesTheOthersAlone() throws IOException {
    List<ImageSource> images = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      images.add(ImageSource.of(Tiny.image(8 + i, 9, i), "noise " + i));
    }
    images.set(3, ImageSource.of(folder.resolve("gone.png")));
    images.set(17, ImageSource.of(new byte[] {1, 2, 3}, "no image"));
    images.set(39, ImageSource.of(new ByteArrayInputStream(new byte[0]), "empty"));
    List<Integer> progress = new ArrayList<>();
    ModelSession session;
    try (Embedder embedder = Embedder.of(Tiny.embedder(1), ModelOptions.DEFAULT)) {
      List<Result<float[]>> all = embedder.embedAll(images, progress::add);
      assertThat(progress).containsExactly(16, 32, 40);
      assertThat(all).hasSize(40);
      for (int i = 0; i < 40; i++) {
        if (List.of(3, 17, 39).contains(i)) {
          assertThat(all.get(i).problem().orElseThrow()).contains(images.get(i).name());
          assertThatThrownBy(all.get(i)::orThrow).isInstanceOf(ImageException.class);
        } else {
          assertThat(all.get(i).orThrow())
              .containsExactly(embedder.embed(images.get(i)), Offset.offset(1e-6f));
        }
      }
      assertThat(embedder.embedAll(List.of())).isEmpty();
      assertThat(embedder.session().liveHandles().tensors()).isZero();
      session = embedder.session();
    }
    assertThat(session.liveHandles()).isEqualTo(LiveHandles.NONE);
  }

  /// Longer than the limit: read no further than that.
  @Test
  void aStreamWithoutAnEndIsRefused() throws IOException {
    var endless =
        new java.io.InputStream() {
          @Override
          public int read() {
            return 7;
          }

          @Override
          public int read(byte[] to, int from, int length) {
            return length;
          }
        };
    try (Embedder embedder = Embedder.of(Tiny.embedder(1), ModelOptions.DEFAULT)) {
      assertThatThrownBy(() -> embedder.embed(ImageSource.of(endless, "endless")))
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith("endless: the file has");
    }
  }

  @Test
  void classesComeBestFirstAndInBatches() throws IOException {
    ImageSource image = ImageSource.of(Tiny.image(12, 12, 9), "noise");
    try (Classifier classifier = Classifier.of(Tiny.classifier(2), ModelOptions.DEFAULT)) {
      assertThat(classifier.classes()).hasValue(Tiny.LENGTH);
      List<ScoredClass> best = classifier.classify(image);
      assertThat(best).hasSize(3);
      assertThat(best)
          .isSortedAccordingTo(java.util.Comparator.comparingDouble(ScoredClass::score).reversed());
      assertThat(best)
          .allSatisfy(c ->
              assertThat(c.label())
                  .isEqualTo(c.id() == 0 ? "zero" : c.id() == 1 ? "one" : "" + c.id()));
      assertThat(classifier.classifyAll(List.of(image, image)).get(1).orThrow())
          .extracting(ScoredClass::id)
          .containsExactlyElementsOf(best.stream().map(ScoredClass::id).toList());
    }
  }

  @Test
  void aViewOfAnotherTaskIsRefused() {
    assertThatThrownBy(() -> Classifier.of(Tiny.embedder(1), ModelOptions.DEFAULT))
        .hasMessage("tiny 1: an embedder, not a classifier");
    assertThatThrownBy(() -> Embedder.of(Tiny.classifier(1), ModelOptions.DEFAULT))
        .hasMessage("classes 1: a classifier, not an embedder");
    assertThatThrownBy(() -> Detector.of(Tiny.classifier(1), ModelOptions.DEFAULT))
        .hasMessage("classes 1: a classifier, not a detector");
  }
}
