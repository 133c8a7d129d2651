package ai.fovea.cli.gallery;

import ai.fovea.base.Paths;
import ai.fovea.base.PlaceLock;
import ai.fovea.cli.CommandException;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
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
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Makes a gallery that appears whole or not at all: beside its place, and moved there.
///
/// Over 400 lines: what is made, found and cleared away here goes by the same names and the same lock.
public final class NewGallery {
  private static final String BUILDING = "build-lock";
  // A log without a change is no longer.
  private static final int EMPTY_LOG = 64;
  private static final String LOCK = "LOCK";
  private static final String MANIFEST = "MANIFEST";
  private static final String DRAFT = ".fovea-draft-";
  private static final String OLD = ".fovea-old-";
  private static final String UUIDS = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private static final Pattern DRAFTS = Pattern.compile("\\.(.+)" + DRAFT + UUIDS);

  /// The lock, and files without a manifest that names them.
  private static final Predicate<String> UNFINISHED =
      Pattern.compile(
              "LOCK|UNFINISHED|MANIFEST\\.tmp|(snapshot|index|log)-\\d{6,}\\.fv[sil](\\.tmp)?")
          .asMatchPredicate();

  /// All files of galleries, those of earlier versions too.
  private static final Predicate<String> OURS = UNFINISHED.or(MANIFEST::equals);

  private static final Set<String> SYSTEM = Set.of(".DS_Store", "Thumbs.db", "desktop.ini");

  private NewGallery() {}

  /// Fills a gallery.
  @FunctionalInterface
  interface Filling {
    void fill(LocalGallery gallery) throws IOException;
  }

  /// Whether a folder holds a gallery.
  public static boolean isThere(Path folder) {
    return Files.exists(folder.resolve(MANIFEST));
  }

  /// Whether a folder holds nothing but what a command left that was ended before it had made a gallery: its files hold no images yet.
  private static boolean isBegun(Path folder) throws IOException {
    return isUnfinished(folder) && !holdsImages(folder);
  }

  /// Whether a folder holds a gallery that lost its manifest.
  private static boolean isHeadless(Path folder) throws IOException {
    return isUnfinished(folder) && holdsImages(folder);
  }

  private static boolean isUnfinished(Path folder) throws IOException {
    return Files.isDirectory(folder) && names(folder).stream().allMatch(UNFINISHED);
  }

  private static boolean holdsImages(Path folder) throws IOException {
    for (String name : names(folder)) {
      boolean log = name.endsWith(".fvl");
      if (log ? Files.size(folder.resolve(name)) > EMPTY_LOG : name.matches(".*\\.fv[si]")) {
        return true;
      }
    }
    return false;
  }

  /// What lies in a gallery's folder that is not the gallery's, nor made by the system without being asked.
  private static List<String> others(Path folder) throws IOException {
    return names(folder).stream().filter(OURS.or(SYSTEM::contains).negate()).toList();
  }

  private static boolean isLocked(Path lock) throws IOException {
    if (!Files.isRegularFile(lock)) {
      return false; // a pipe would be waited for
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock own = channel.tryLock()) {
      return own == null;
    } catch (OverlappingFileLockException e) {
      return true; // by this process
    }
  }

  /// Refuses a place that is taken, before this command is at work there: from then on nobody can tell who left what lies there.
  ///
  /// @param replace whether a gallery may be there
  static void check(Path folder, boolean replace) throws IOException {
    if (!replace && isThere(folder) && PlaceLock.state(folder, BUILDING) == PlaceLock.State.FREE) {
      Optional<String> why = unfinished(folder);
      if (why.isPresent()) {
        throw new CommandException(folder + ": " + why.get() + "; --replace builds it anew");
      }
    }
    refuseTaken(folder, replace);
  }

  private static void refuseTaken(Path folder, boolean replace) throws IOException {
    if (isBegun(folder) && isLocked(folder.resolve(LOCK))) {
      throw new CommandException(folder + ": another command is making a gallery there");
    }
    if (replace && isThere(folder) && isLocked(folder.resolve(LOCK))) {
      throw new CommandException(
          folder + ": is open for writing elsewhere, and can't be replaced: close it there first");
    }
    if (replace && isThere(folder)) {
      List<String> others = others(folder);
      if (!others.isEmpty()) {
        throw new CommandException(
            folder
                + ": holds more than the gallery, which building it anew would remove: "
                + String.join(", ", others)
                + "; move it elsewhere, or name another folder");
      }
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
                      : isHeadless(folder)
                          ? ": holds the images of a gallery that lost its file MANIFEST; put it"
                              + " back from a copy, or remove the folder yourself"
                          : ": exists and is not an empty folder; name another folder"));
    }
  }

  /// Makes one, in the place of an old one if there is any. Of two commands that make one in the same place at once the later is
  /// refused.
  ///
  /// @param replace whether a gallery may be there
  static void make(Path folder, boolean replace, GallerySettings settings, Filling filling)
      throws IOException {
    Path place = Paths.real(folder);
    try (PlaceLock _ = lock(place)) {
      sweep(place);
      // Another command may have been faster.
      refuseTaken(folder, replace);
      Path draft = beside(place, DRAFT);
      try {
        try (LocalGallery gallery = LocalGallery.create(draft, settings)) {
          filling.fill(gallery);
        }
        refuseTaken(folder, replace);
        move(draft, place);
        Unfinished.forget(place);
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
  ///
  /// @param named what it is made of
  static void makeInPlace(Path folder, String named, GallerySettings settings, Filling filling)
      throws IOException {
    Path place = Paths.real(folder);
    boolean kept = false;
    try (PlaceLock _ = lock(place)) {
      sweep(place);
      // Another command may have been faster, or the old gallery of one has just been put back.
      if (isThere(folder)) {
        throw new CommandException(
            folder
                + ": there is a gallery now that was not there when this command began; the same"
                + " command again goes on with it");
      }
      refuseTaken(folder, false);
      Unfinished.forget(place);
      boolean absent = !Files.exists(folder);
      Set<String> before = absent ? Set.of() : Set.copyOf(names(folder));
      var mark = new UnfinishedMark(folder);
      try (LocalGallery gallery = LocalGallery.create(folder, settings)) {
        try {
          mark.begin(UnfinishedMark.Work.BUILD, named);
          filling.fill(gallery);
        } finally {
          kept = gallery.info().entries() > 0;
          if (!kept) {
            // While it is locked: from here on nobody can open it and add to it.
            Files.deleteIfExists(folder.resolve(MANIFEST));
          }
        }
      } finally {
        if (!kept) {
          removeMade(folder, before, absent);
        }
      }
      mark.finish(named);
    }
  }

  /// Goes on with a gallery that was begun in its place, which is whole once that has ended.
  static <T> T goOn(Path folder, Unfinished.Doing<T> work) throws IOException {
    Path place = Paths.real(folder);
    if (!canMark(place)) {
      return work.run();
    }
    try (PlaceLock _ = lock(place)) {
      sweep(place);
      return work.run();
    }
  }

  /// Removes drafts that killed commands left beside a gallery, unless another command is making one there.
  static void tidy(Path folder) throws IOException {
    Path place = Paths.real(folder);
    if (Files.exists(place) && canMark(place) && !drafts(place).isEmpty()) {
      Optional<PlaceLock> lock = PlaceLock.take(place, BUILDING);
      if (lock.isPresent()) {
        try (PlaceLock _ = lock.get()) {
          sweep(place);
        }
      }
    }
  }

  /// What commands left beside a place that were ended early, in words; empty where they left nothing.
  static Optional<String> left(Path folder) {
    try {
      Path place = Paths.real(folder);
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
  static Optional<String> unfinished(Path folder) throws IOException {
    String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    Matcher draft = DRAFTS.matcher(name);
    if (draft.matches()) {
      return Optional.of(
          "this is the draft of a gallery '"
              + draft.group(1)
              + "' whose build is running or was ended early; the next `fovea gallery build` of it"
              + " removes the draft");
    }
    Path place = Paths.real(folder);
    boolean there = isThere(folder);
    Optional<UnfinishedMark.Open> begun = Unfinished.build(place);
    boolean drafted = !drafts(place).isEmpty();
    PlaceLock.State builder = PlaceLock.state(place, BUILDING);
    // A whole gallery is there until the one that is to replace it is complete.
    if (builder == PlaceLock.State.TAKEN && (!there || begun.isPresent())) {
      return Optional.of("another command is making a gallery here; it is not finished yet");
    }
    if (builder == PlaceLock.State.UNKNOWN && (!there || begun.isPresent())) {
      return Optional.of("not finished: its build is running or was ended early");
    }
    if (there && begun.isPresent()) {
      return Optional.of(
          "half made: its build was ended early; the same `fovea gallery build` with --resume goes"
              + " on"
              + Unfinished.named(List.of(begun.get()))
              + ", or `fovea gallery calibrate` finds the threshold of what it holds");
    }
    if (!there && isHeadless(folder)) {
      return Optional.of(
          "damaged: its file MANIFEST is missing, without which its images can't be read; put it"
              + " back from a copy");
    }
    if (!there
        && (begun.isPresent()
            || isLockLeft(place)
            || drafted
            || (!Folders.isFree(folder) && isBegun(folder)))) {
      return Optional.of(
          "no gallery yet: its build was ended early; give the same `fovea gallery build` again");
    }
    return Optional.empty();
  }

  /// Whether a build was killed that had not made a gallery.
  private static boolean isLockLeft(Path place) throws IOException {
    return Files.exists(PlaceLock.file(place, BUILDING));
  }

  /// Whether files can be made beside a place: a gallery may be the only thing that somebody may write to.
  static boolean canMark(Path place) {
    Path parent = place.getParent();
    return parent != null && Files.isWritable(parent);
  }

  /// The drafts and old galleries that lie beside a place.
  static List<Path> drafts(Path place) throws IOException {
    Path parent = place.getParent();
    Path name = place.getFileName();
    if (parent == null || name == null || !Files.isDirectory(parent) || !Files.isReadable(parent)) {
      return List.of();
    }
    Pattern ours =
        Pattern.compile(
            Pattern.quote("." + Paths.brief(name)) + "(" + DRAFT + "|" + OLD + ")" + UUIDS);
    try (Stream<Path> files = Files.list(parent)) {
      return files
          .filter(f -> ours.matcher(f.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  /// Removes what this command made of a gallery that came to nothing, so that it is in nobody's way. Where there is a gallery, or
  /// somebody is making one, it is not this command's.
  ///
  /// @param before what was in the folder before
  /// @param absent whether the folder was not there before
  private static void removeMade(Path folder, Set<String> before, boolean absent)
      throws IOException {
    if (!Files.isDirectory(folder) || isThere(folder) || isLocked(folder.resolve(LOCK))) {
      return;
    }
    for (String name : names(folder)) {
      if (UNFINISHED.test(name) && !before.contains(name)) {
        Files.deleteIfExists(folder.resolve(name));
      }
    }
    if (absent) {
      Folders.deleteIfEmpty(folder);
    }
  }

  /// Takes the lock beside a place.
  private static PlaceLock lock(Path place) throws IOException {
    Optional<String> obstacle = PlaceLock.obstacle(place);
    if (obstacle.isPresent()) {
      throw new CommandException(place + ": no gallery can be made here: " + obstacle.get());
    }
    return PlaceLock.take(place, BUILDING)
        .orElseThrow(
            () -> new CommandException(place + ": another command is making a gallery there"));
  }

  private static Path beside(Path place, String what) {
    return place.resolveSibling("." + Paths.brief(place.getFileName()) + what + UUID.randomUUID());
  }

  /// Removes what commands left that were killed, and puts back the old gallery of one that was killed between two moves. Only
  /// folders with names of this class count; nobody gives one such a name. The lock is held, so that nobody else is at work here.
  private static void sweep(Path place) throws IOException {
    for (Path folder : drafts(place)) {
      boolean old = folder.getFileName().toString().contains(OLD) && isThere(folder);
      if (old && isFreeOrBegun(place)) {
        clear(place);
        Files.move(folder, place, StandardCopyOption.ATOMIC_MOVE);
      } else if (!isLocked(folder.resolve(LOCK)) && (!old || isThere(place))) {
        Folders.delete(folder);
      }
    }
  }

  /// Whether nothing would be lost where another folder took this place.
  private static boolean isFreeOrBegun(Path place) throws IOException {
    return Folders.isFree(place) || (isBegun(place) && !isLocked(place.resolve(LOCK)));
  }

  /// Removes a folder that is free or begun; what somebody else has just put there stays, and is an error.
  private static void clear(Path place) throws IOException {
    if (Files.isDirectory(place)) {
      for (String name : names(place)) {
        if (UNFINISHED.test(name)) {
          Files.deleteIfExists(place.resolve(name));
        }
      }
    }
    Files.deleteIfExists(place);
  }

  /// A folder can't be replaced in one step; the old gallery is gone only once the new one is complete.
  private static void move(Path draft, Path place) throws IOException {
    if (isFreeOrBegun(place)) {
      clear(place);
      Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Path old = beside(place, OLD);
    Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
    Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
    Folders.delete(old);
  }
}
