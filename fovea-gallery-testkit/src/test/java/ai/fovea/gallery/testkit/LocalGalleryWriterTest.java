package ai.fovea.gallery.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.gallery.Change;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.Guarantees;
import ai.fovea.gallery.LocalGallery;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The galleries of this process, written: in memory and in a folder.
class LocalGalleryWriterTest {
  @TempDir Path temporary;

  @Nested
  class InMemory extends GalleryWriterContract {
    @Override
    protected Gallery gallery(GallerySettings settings) {
      return LocalGallery.inMemory(settings);
    }
  }

  @Nested
  class InAFolder extends GalleryWriterContract {
    @Override
    protected Gallery gallery(GallerySettings settings) {
      return LocalGallery.create(temporary.resolve("gallery"), settings);
    }
  }

  @Test
  void whatItPromisesIsWhatItsDocumentationSays() {
    try (LocalGallery gallery = LocalGallery.inMemory(Samples.SETTINGS)) {
      assertThat(gallery.guarantees())
          .isEqualTo(Guarantees.STRONGEST.withAtomicity(Guarantees.Atomicity.STEP));
    }
  }

  @Test
  void aReadOnlyOneRefusesEveryChange() {
    Path folder = temporary.resolve("gallery");
    LocalGallery.create(folder, Samples.SETTINGS).close();
    try (LocalGallery gallery = LocalGallery.openReadOnly(folder)) {
      assertThatThrownBy(gallery::requireWritable)
          .isInstanceOf(GalleryException.class)
          .hasMessageContaining("read-only");
      assertThatThrownBy(() -> gallery.apply(List.of(new Change.Remove(1))))
          .isInstanceOf(GalleryException.class)
          .hasMessageContaining("read-only");
    }
  }
}
