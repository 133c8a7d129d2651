package ai.fovea.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.gallery.calibration.Calibration;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GalleriesTest {
  private static final GallerySettings SETTINGS = new GallerySettings("m", 2, Similarity.COSINE);

  @TempDir Path temporary;

  private void fill(Gallery gallery) {
    try (gallery) {
      assertThat(gallery.apply(new Change.Add(NewEntry.of("mug", new float[] {1, 0}))))
          .isEqualTo(new ChangeResult.Added(0));
    }
  }

  @Test
  void aGalleryIsOpenedByPathAndByUri() {
    Path folder = temporary.resolve("my mugs");
    fill(Galleries.create(folder.toUri().toString(), SETTINGS));
    for (String address : List.of(folder.toString(), folder.toUri().toString())) {
      try (GalleryReader gallery = Galleries.openReader(address)) {
        assertThat(gallery.labels()).containsOnlyKeys("mug");
        assertThat(gallery).isInstanceOf(LocalGallery.class);
        assertThat(((LocalGallery) gallery).isReadOnly()).isTrue();
      }
      try (Gallery gallery = Galleries.open(address)) {
        gallery.requireWritable();
        gallery.setCalibration(Calibration.given(0.5f));
      }
    }
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> Galleries.create(folder.toString(), SETTINGS))
        .withMessageContaining("not empty");
  }

  @Test
  void aPathIsCreatedToo() {
    Path folder = temporary.resolve("plain");
    fill(Galleries.create(folder.toString(), SETTINGS));
    try (GalleryReader gallery = Galleries.openReader("FILE:" + folder.toUri().getRawPath())) {
      assertThat(gallery.info().entries()).isEqualTo(1);
    }
  }

  @Test
  void galleriesInMemoryAreCreatedAndNotOpened() {
    fill(Galleries.create("memory:", SETTINGS));
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> Galleries.open("memory:"))
        .withMessageContaining("created, not opened");
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> Galleries.openReader("memory:"))
        .withMessageContaining("created, not opened");
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> Galleries.create("memory:mugs", SETTINGS))
        .withMessageContaining("have no names");
  }

  @Test
  void anUnknownSchemeNamesThoseThatAreThere() {
    assertThat(Galleries.schemes()).containsExactly("file", "memory");
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> Galleries.openReader("opensearch://localhost:9200/mugs"))
        .withMessage(
            "gallery 'opensearch://localhost:9200/mugs': no module on the class path has galleries"
                + " of the scheme 'opensearch:'; there are file:, memory: and paths (a path with a"
                + " colon begins with ./)");
    assertThatThrownBy(() -> Galleries.open("opensearch:x")).isInstanceOf(GalleryException.class);
    assertThatThrownBy(() -> Galleries.create("opensearch:x", SETTINGS))
        .isInstanceOf(GalleryException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file://host/mugs", "file:///my mugs", "file:///%zz", "file:///mugs?x"})
  void addressesThatAreNoFoldersAreRefused(String address) {
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> Galleries.openReader(address))
        .withMessageContaining("gallery '" + address);
  }

  @Test
  void aDriveOfWindowsIsNoScheme() {
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> Galleries.openReader("C:\\there\\is\\none"))
        .withMessageContaining("there is no such folder");
  }
}
