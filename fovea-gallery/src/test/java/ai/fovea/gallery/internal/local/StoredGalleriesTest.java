package ai.fovea.gallery.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.Rate;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Galleries of every format that was ever written open, hold what they held, and can be changed.
/// They are files of these days, never written anew ([StoredGalleries]).
class StoredGalleriesTest {
  static final List<String> KINDS = StoredGalleries.KINDS;

  private static final float[] LATER = {1, -1, 1, -1};

  @TempDir Path folder;

  private void unpack(String name) throws IOException, URISyntaxException {
    Path stored =
        Path.of(
            Objects.requireNonNull(StoredGalleriesTest.class.getResource("/galleries/" + name))
                .toURI());
    try (Stream<Path> files = Files.list(stored)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void aGalleryOfVersion2HoldsWhatItHeld(String kind) throws Exception {
    unpack("version2-" + kind);
    boolean few = kind.equals("log") || kind.equals("flat");
    try (LocalGallery gallery = LocalGallery.openReadOnly(folder)) {
      assertContent(gallery);
      gallery.verify();
    }
    long next =
        few ? 81 : StoredGalleries.FIRST_OF_MANY + StoredGalleries.FEW + StoredGalleries.MANY + 2;
    try (LocalGallery gallery = LocalGallery.open(folder)) {
      assertContent(gallery);
      assertThat(gallery.add(NewEntry.of("later", LATER))).isEqualTo(next);
      gallery.compact();
      gallery.verify();
    }
    try (LocalGallery gallery = LocalGallery.openReadOnly(folder)) {
      assertThat(gallery.search(LATER, 1).getFirst().label()).isEqualTo("later");
      assertThat(gallery.labels()).containsEntry("label 0", 9).containsEntry("later", 1);
      assertThat(gallery.find(14).orElseThrow().label()).isEqualTo("renamed");
    }
  }

  private static void assertContent(LocalGallery gallery) {
    assertThat(gallery.info().settings().modelId()).isEqualTo("stored-model");
    SortedMap<String, Integer> labels = new TreeMap<>(gallery.labels());
    assertThat(labels.remove("many")).isIn(null, StoredGalleries.MANY);
    assertThat(labels)
        .isEqualTo(
            Map.of(
                "described",
                1,
                "label 0",
                9,
                "label 1",
                9,
                "label 2",
                9,
                "new",
                2,
                "renamed",
                9,
                "replaced",
                1));
    assertThat(gallery.entries().filter(entry -> !entry.label().equals("many"))).hasSize(40);
    assertThat(gallery.find(0)).map(Entry::source).hasValue(Optional.of("bilder/größer 0.jpg"));
    assertThat(gallery.vector(0)).isEqualTo(StoredGalleries.unit(2));
    assertThat(gallery.find(2).orElseThrow().attributes()).isEqualTo(Map.of("k", "v"));
    assertThat(gallery.find(4)).isEmpty();
    assertThat(gallery.find(8).orElseThrow().source()).isEmpty();
    assertThat(gallery.thumbnail(12).orElseThrow()).hasSize(3);
    assertThat(gallery.entries(Filter.label("new")).map(Entry::source))
        .containsExactly(Optional.of("new.jpg"), Optional.empty());
    assertThat(gallery.entries(Filter.attribute("shelf", "3")))
        .extracting(Entry::id)
        .containsExactly(36L, 66L);
    // Every image finds itself, whatever the index.
    gallery
        .entries()
        .forEach(entry -> {
          Candidate nearest = gallery.search(gallery.vector(entry.id()), 1).getFirst();
          assertThat(nearest.entry()).isEqualTo(entry);
        });
    Calibration calibration = gallery.info().calibration().orElseThrow();
    assertThat(calibration.threshold()).isEqualTo(0.5f);
    assertThat(calibration.thresholdOf("label 0")).isEqualTo(0.55f);
    assertThat(calibration.falseAcceptRate()).contains(new Rate(0.009, 0.004, 0.02, 40));
    assertThat(calibration.method()).isEqualTo(new Calibration.Method(false, 2000, 4));
  }

  @Test
  void aGalleryOfVersion1HoldsWhatItHeld() throws Exception {
    unpack("version1");
    try (LocalGallery gallery = LocalGallery.openReadOnly(folder)) {
      assertThat(gallery.labels()).isEqualTo(Map.of("cup", 2, "pot", 1));
      assertThat(gallery.info().calibration()).contains(Calibration.given(0.75f));
      gallery.verify();
    }
  }
}
