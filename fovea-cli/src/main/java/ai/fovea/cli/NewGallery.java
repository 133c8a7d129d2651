package ai.fovea.cli;

import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GallerySettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Makes a gallery that appears whole or not at all: beside its place, and moved there.
final class NewGallery {
  private static final String LOCK = "LOCK";

  /// The lock, and files without a manifest that names them.
  private static final Predicate<String> UNFINISHED =
      Pattern.compile("LOCK|MANIFEST\\.tmp|(snapshot|index|log)-\\d{6,}\\.fv[sil](\\.tmp)?")
          .asMatchPredicate();

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

  /// Whether a folder holds nothing but what a command left that was ended before it had made a gallery.
  private static boolean isBegun(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).allMatch(UNFINISHED);
    }
  }

  private static boolean isLocked(Path lock) throws IOException {
    if (!Files.exists(lock)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock own = channel.tryLock()) {
      return own == null;
    } catch (OverlappingFileLockException e) {
      return true; // by this process
    }
  }

  /// Refuses a place that is taken.
  ///
  /// @param replace whether a gallery may be there
  static void check(Path folder, boolean replace) throws IOException {
    if (isBegun(folder) && isLocked(folder.resolve(LOCK))) {
      throw new CommandException(folder + ": another command is making a gallery there");
    }
    if (!Folders.isFree(folder) && !isBegun(folder) && !(replace && isThere(folder))) {
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
