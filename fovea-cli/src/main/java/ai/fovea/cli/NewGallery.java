package ai.fovea.cli;

import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.weights.PlaceLock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Makes a gallery that appears whole or not at all: beside its place, and moved there.
final class NewGallery {
  private static final String LOCK = "LOCK";
  private static final String DRAFT = ".fovea-draft-";
  private static final String OLD = ".fovea-old-";
  private static final String UUIDS = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

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
    if (replace && isThere(folder) && isLocked(folder.resolve(LOCK))) {
      throw new CommandException(
          folder + ": is open for writing elsewhere, and can't be replaced: close it there first");
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

  /// Makes one, in the place of an old one if there is any. Of two commands that make one in the same place at once the later is
  /// refused.
  ///
  /// @param replace whether a gallery may be there
  static void make(Path folder, boolean replace, GallerySettings settings, Filling filling)
      throws IOException {
    Path place = place(folder);
    try (PlaceLock _ = lock(place)) {
      sweep(place);
      // Another command may have been faster.
      check(folder, replace);
      Path draft = beside(place, DRAFT);
      try {
        try (Gallery gallery = Gallery.create(draft, settings)) {
          filling.fill(gallery);
        }
        check(folder, replace);
        move(draft, place);
      } finally {
        Folders.delete(draft);
      }
    }
  }

  /// Makes one in its place, so that an interruption keeps what it has; refused while another command makes one there.
  static void makeInPlace(Path folder, GallerySettings settings, Filling filling)
      throws IOException {
    try (PlaceLock _ = lock(place(folder));
        Gallery gallery = Gallery.create(folder, settings)) {
      filling.fill(gallery);
    }
  }

  private static PlaceLock lock(Path place) throws IOException {
    return PlaceLock.take(place, "building")
        .orElseThrow(
            () -> new CommandException(place + ": another command is making a gallery there"));
  }

  /// Where the folder is or is to be, links followed; its parent is made.
  private static Path place(Path folder) throws IOException {
    if (Files.exists(folder)) {
      return folder.toRealPath();
    }
    Path place = folder.toAbsolutePath().normalize();
    Path parent = place.getParent();
    if (parent == null) {
      return place;
    }
    Files.createDirectories(parent);
    return parent.toRealPath().resolve(place.getFileName());
  }

  private static Path beside(Path place, String what) {
    return place.resolveSibling("." + place.getFileName() + what + UUID.randomUUID());
  }

  /// Removes what commands left that were killed, and puts back the old gallery of one that was killed between two moves. Only
  /// folders with names of this class count; nobody gives one such a name. The lock is held, so that nobody else is at work here.
  private static void sweep(Path place) throws IOException {
    Path parent = place.getParent();
    if (parent == null) {
      return;
    }
    Pattern ours =
        Pattern.compile(
            Pattern.quote("." + place.getFileName()) + "(" + DRAFT + "|" + OLD + ")" + UUIDS);
    List<Path> left;
    try (Stream<Path> files = Files.list(parent)) {
      left =
          files.filter(f -> ours.matcher(f.getFileName().toString()).matches()).sorted().toList();
    }
    for (Path folder : left) {
      boolean old = folder.getFileName().toString().contains(OLD);
      if (old && isThere(folder) && Folders.isFree(place)) {
        Files.deleteIfExists(place);
        Files.move(folder, place, StandardCopyOption.ATOMIC_MOVE);
      } else if (!isLocked(folder.resolve(LOCK))) {
        Folders.delete(folder);
      }
    }
  }

  /// A folder can't be replaced in one step; the old gallery is gone only once the new one is complete.
  private static void move(Path draft, Path place) throws IOException {
    if (Folders.isFree(place) || isBegun(place)) {
      Folders.delete(place);
      Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Path old = beside(place, OLD);
    Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
    Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
    Folders.delete(old);
  }
}
