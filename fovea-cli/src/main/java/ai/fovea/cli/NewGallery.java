package ai.fovea.cli;

import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GallerySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// Makes a gallery that appears whole or not at all: beside its place, and moved there.
final class NewGallery {
  private NewGallery() {}

  /// Fills a gallery.
  @FunctionalInterface
  interface Filling {
    void fill(Gallery gallery) throws IOException;
  }

  /// Whether a folder holds a gallery.
  static boolean isThere(Path folder) {
    return Files.exists(folder.resolve("MANIFEST"));
  }

  /// Refuses a place that is taken.
  ///
  /// @param replace whether a gallery may be there
  static void check(Path folder, boolean replace) throws IOException {
    if (!Folders.isFree(folder) && !(replace && isThere(folder))) {
      throw new CommandException(
          folder
              + (isThere(folder)
                  ? ": there is a gallery already; `fovea gallery add` adds to it, --replace builds"
                      + " it anew"
                  : Files.exists(folder.resolve("vector.index"))
                      ? ": holds a gallery of PaddleClas; `fovea gallery import NEW "
                          + folder
                          + "` reads it, or name another folder"
                      : ": exists and is not an empty folder; name another folder"));
    }
  }

  /// Makes one, in the place of an old one if there is any.
  static void make(Path folder, GallerySettings settings, Filling filling) throws IOException {
    Path place = folder.toAbsolutePath().normalize();
    Files.createDirectories(Optional.ofNullable(place.getParent()).orElse(place));
    Path draft =
        place.resolveSibling(place.getFileName() + ".draft-" + ProcessHandle.current().pid());
    try {
      try (Gallery gallery = Gallery.create(draft, settings)) {
        filling.fill(gallery);
      }
      move(draft, place);
    } finally {
      Folders.delete(draft);
    }
  }

  /// A folder can't be replaced in one step; the old gallery is gone only once the new one is complete.
  private static void move(Path draft, Path place) throws IOException {
    if (Folders.isFree(place)) {
      Files.deleteIfExists(place);
      Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Path old = place.resolveSibling(place.getFileName() + ".old-" + ProcessHandle.current().pid());
    Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
    Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
    Folders.delete(old);
  }
}
