package ai.fovea.cli.gallery;

import ai.fovea.gallery.LocalGallery;
import java.nio.file.Path;
import java.util.Optional;

/// Galleries without an image, as they are when all were removed. Nothing is wrong with them, but what is asked of them has an
/// answer that looks like one about the queries.
public final class EmptyGallery {
  private EmptyGallery() {}

  /// What commands say that read one; empty where there are images.
  public static Optional<String> warning(Path folder, LocalGallery gallery) {
    return gallery.info().entries() > 0
        ? Optional.empty()
        : Optional.of(
            folder
                + ": holds no images, so nothing can be known; `fovea gallery add` puts some in");
  }
}
