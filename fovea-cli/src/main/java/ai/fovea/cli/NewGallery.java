package ai.fovea.cli;

import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryException;
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
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Makes a gallery that appears whole or not at all: beside its place, and moved there.
final class NewGallery {
  private static final String BUILDING = "building";
  private static final String LOCK = "LOCK";
  private static final String DRAFT = ".fovea-draft-";
  private static final String OLD = ".fovea-old-";
  private static final String UUIDS = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private static final Pattern DRAFTS = Pattern.compile("\\.(.+)" + DRAFT + UUIDS);

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
      } catch (GalleryException | CommandException e) {
        // Nobody has heard of the draft, and it is gone in a moment.
        String told = String.valueOf(e.getMessage());
        if (!told.contains(draft.toString())) {
          throw e;
        }
        var named = new CommandException(told.replace(draft.toString(), folder.toString()));
        named.initCause(e);
        throw named;
      } finally {
        Folders.delete(draft);
      }
    }
  }

  /// Makes one in its place, so that an interruption keeps what it has; refused while another command makes one there.
  static void makeInPlace(Path folder, GallerySettings settings, Filling filling)
      throws IOException {
    Path place = place(folder);
    PlaceLock lock = lock(place);
    boolean absent = !Files.exists(folder);
    boolean kept = false;
    boolean done = false;
    try {
      sweep(place);
      try (Gallery gallery = Gallery.create(folder, settings)) {
        try {
          filling.fill(gallery);
        } finally {
          kept = gallery.info().entries() > 0;
        }
      }
      done = true;
    } finally {
      if (!kept && isNothing(folder)) {
        empty(folder, absent);
      }
      if (done || !kept) {
        lock.close();
      } else {
        lock.leave();
      }
    }
  }

  /// Something done with a gallery that is there.
  ///
  /// @param <T> what comes of it
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /// Goes on with a gallery that was begun in its place, which is whole once that has ended.
  static <T> T goOn(Path folder, Work<T> work) throws IOException {
    Path place = place(folder);
    if (!canMark(place)) {
      return work.run(); // nothing can have been left there either
    }
    boolean begun = Files.exists(PlaceLock.file(place, BUILDING));
    PlaceLock lock = lock(place);
    boolean done = false;
    try {
      sweep(place);
      T result = work.run();
      done = true;
      return result;
    } finally {
      if (done || !begun) {
        lock.close();
      } else {
        lock.leave();
      }
    }
  }

  /// Removes drafts that killed commands left beside a gallery, unless another command is making one there.
  static void tidy(Path folder) throws IOException {
    Optional<Path> place = existing(folder);
    if (place.isPresent() && canMark(place.get()) && !drafts(place.get()).isEmpty()) {
      Optional<PlaceLock> lock = PlaceLock.take(place.get(), BUILDING);
      if (lock.isPresent()) {
        try (PlaceLock _ = lock.get()) {
          sweep(place.get());
        }
      }
    }
  }

  /// What commands left beside a place that were ended early, in words; empty where they left nothing.
  static Optional<String> left(Path folder) {
    try {
      Path place = existing(folder).orElse(folder.toAbsolutePath().normalize());
      List<Path> left = drafts(place);
      return left.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "it left "
                  + String.join(", ", left.stream().map(Path::toString).toList())
                  + "; the next `fovea gallery build` of "
                  + folder
                  + " removes it");
    } catch (IOException e) {
      return Optional.empty(); // this is told while the program ends
    }
  }

  /// Why a gallery is not whole, or not there, where its build is running or was ended early.
  ///
  /// @param complete whether its threshold was found, which is done last
  static Optional<String> unfinished(Path folder, boolean complete) throws IOException {
    String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    Matcher draft = DRAFTS.matcher(name);
    if (draft.matches()) {
      return Optional.of(
          "this is the draft of a gallery '"
              + draft.group(1)
              + "' whose build is running or was ended early; the next `fovea gallery build` of it"
              + " removes the draft");
    }
    Path place = existing(folder).orElse(folder.toAbsolutePath().normalize());
    if (PlaceLock.isTaken(place, BUILDING)) {
      return Optional.of("another command is making a gallery here; it is not finished yet");
    }
    boolean there = isThere(folder);
    boolean left = Files.exists(PlaceLock.file(place, BUILDING)) || !drafts(place).isEmpty();
    if (there && left && !complete && drafts(place).isEmpty()) {
      return Optional.of(
          "half made: its build was ended early; the same `fovea gallery build` with --resume goes"
              + " on, or `fovea gallery calibrate` finds the threshold of what it holds");
    }
    if (!there && (left || (!Folders.isFree(folder) && isBegun(folder)))) {
      return Optional.of(
          "no gallery yet: its build was ended early; give the same `fovea gallery build` again");
    }
    return Optional.empty();
  }

  /// Whether files can be made beside a place: a gallery may be the only thing that somebody may write to.
  private static boolean canMark(Path place) {
    Path parent = place.getParent();
    return parent != null && Files.isWritable(parent);
  }

  /// The drafts and old galleries that lie beside a place.
  private static List<Path> drafts(Path place) throws IOException {
    Path parent = place.getParent();
    if (parent == null || !Files.isDirectory(parent) || !Files.isReadable(parent)) {
      return List.of();
    }
    Pattern ours =
        Pattern.compile(
            Pattern.quote("." + place.getFileName()) + "(" + DRAFT + "|" + OLD + ")" + UUIDS);
    try (Stream<Path> files = Files.list(parent)) {
      return files
          .filter(f -> ours.matcher(f.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  /// Where a folder is that is there, links followed.
  private static Optional<Path> existing(Path folder) throws IOException {
    return Files.exists(folder) ? Optional.of(folder.toRealPath()) : Optional.empty();
  }

  /// Whether a folder holds nothing but a gallery's files.
  private static boolean isNothing(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).allMatch(UNFINISHED.or("MANIFEST"::equals));
    }
  }

  /// Removes a gallery without any picture, so that nothing is in the way of another command.
  private static void empty(Path folder, boolean absent) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    if (absent) {
      Files.deleteIfExists(folder);
    }
  }

  private static PlaceLock lock(Path place) throws IOException {
    return PlaceLock.take(place, BUILDING)
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
    for (Path folder : drafts(place)) {
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
