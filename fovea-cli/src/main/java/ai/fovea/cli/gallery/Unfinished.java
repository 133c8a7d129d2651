package ai.fovea.cli.gallery;

import ai.fovea.base.Paths;
import ai.fovea.base.PlaceLock;
import ai.fovea.cli.CommandException;
import ai.fovea.cli.gallery.UnfinishedMark.Open;
import ai.fovea.cli.gallery.UnfinishedMark.Work;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.LocalGallery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Galleries that lack something: whose build was ended early, or a command that added images step by step. The sign is a file in
/// the gallery's folder; a lock beside the folder tells whether the command is still at work.
public final class Unfinished {
  private static final String ADDING = "add-lock";

  /// Signs of earlier versions, which lay beside the folder.
  private static final String OLD_BUILD = "building";

  private static final String OLD_ADD = "adding";

  private Unfinished() {}

  /// Something done with a gallery that is there.
  ///
  /// @param <T> what comes of it
  @FunctionalInterface
  interface Doing<T> {
    T run() throws IOException;
  }

  /// Opens a gallery for reading; where there is none because its build was ended early, that is told.
  public static LocalGallery openReadOnly(Path folder) throws IOException {
    try {
      return LocalGallery.openReadOnly(folder);
    } catch (GalleryException e) {
      Optional<String> why = NewGallery.unfinished(folder);
      if (why.isEmpty() || NewGallery.isThere(folder)) {
        throw e;
      }
      throw new CommandException(folder + ": " + why.get());
    }
  }

  /// What a gallery that is there lacks, and the command that finishes it; empty where it is whole.
  static Optional<String> why(Path folder) throws IOException {
    Optional<String> build = NewGallery.unfinished(folder);
    return build.isPresent() ? build : added(folder);
  }

  /// The same as a warning of commands that read a gallery all the same.
  public static Optional<String> warning(Path folder) throws IOException {
    return why(folder).map(why -> folder + ": unfinished: " + why);
  }

  /// The build that has not done its work, if that is so.
  static Optional<Open> build(Path folder) throws IOException {
    return open(folder).stream().filter(o -> o.work() == Work.BUILD).findFirst();
  }

  private static Optional<String> added(Path folder) throws IOException {
    List<Open> open = open(folder).stream().filter(o -> o.work() == Work.ADD).toList();
    return switch (open.isEmpty() ? PlaceLock.State.TAKEN : PlaceLock.state(folder, ADDING)) {
      case TAKEN -> Optional.empty();
      case FREE ->
          Optional.of(
              "a command that added images was ended early; the same command with --resume goes"
                  + " on"
                  + named(open)
                  + ", or `fovea gallery calibrate` finds the threshold of what it holds");
      case UNKNOWN ->
          Optional.of("a command that adds images is running or was ended early" + named(open));
    };
  }

  /// What was to be taken in, in brackets; nothing where nobody knows it.
  static String named(List<Open> open) {
    List<String> all = open.stream().map(Open::named).filter(n -> !n.isEmpty()).toList();
    return all.isEmpty() ? "" : " (it took " + String.join("; another ", all) + ")";
  }

  private static List<Open> open(Path folder) throws IOException {
    List<Open> open = new ArrayList<>(new UnfinishedMark(folder).open());
    if (Files.isRegularFile(PlaceLock.file(folder, OLD_BUILD)) && !isWholeBesideOldSign(folder)) {
      open.add(new Open(Work.BUILD, ""));
    }
    if (Files.isRegularFile(PlaceLock.file(folder, OLD_ADD))) {
      open.add(new Open(Work.ADD, ""));
    }
    return open;
  }

  /// Whether the old sign of a build says nothing of the gallery beside it: that of one that was to be replaced stayed whole while
  /// the new one was a draft, and a build found the threshold last.
  private static boolean isWholeBesideOldSign(Path folder) throws IOException {
    if (!NewGallery.isThere(folder)) {
      return false;
    }
    if (!NewGallery.drafts(Paths.real(folder)).isEmpty()) {
      return true;
    }
    try (LocalGallery gallery = LocalGallery.openReadOnly(folder)) {
      return gallery.info().calibration().isPresent();
    } catch (GalleryException e) {
      return false; // what reads it says what is wrong with it
    }
  }

  /// Adds images step by step, with a sign that stays where that ends early.
  ///
  /// @param named what is added
  /// @param kept whether some of them are in the gallery already
  static <T> T adding(Path folder, String named, BooleanSupplier kept, Doing<T> work)
      throws IOException {
    Path place = Paths.real(folder);
    if (!NewGallery.canMark(place)) {
      return marked(place, named, kept, work);
    }
    try (PlaceLock _ =
        PlaceLock.take(place, ADDING)
            .orElseThrow(
                () -> new CommandException(folder + ": another command is adding images to it"))) {
      T result = marked(place, named, kept, work);
      removeOld(place);
      return result;
    }
  }

  private static <T> T marked(Path place, String named, BooleanSupplier kept, Doing<T> work)
      throws IOException {
    var mark = new UnfinishedMark(place);
    boolean before = mark.has(named);
    mark.begin(Work.ADD, named);
    boolean done = false;
    try {
      T result = work.run();
      done = true;
      return result;
    } finally {
      if (done || !(before || kept.getAsBoolean())) {
        mark.finish(named);
      }
    }
  }

  /// Takes the signs away: the gallery is another now, or is to stay as it is.
  static void forget(Path folder) throws IOException {
    Path place = Paths.real(folder);
    new UnfinishedMark(place).clear();
    if (NewGallery.canMark(place)) {
      removeOld(place);
    }
  }

  private static void removeOld(Path place) throws IOException {
    for (String old : List.of(OLD_BUILD, OLD_ADD)) {
      Files.deleteIfExists(PlaceLock.file(place, old));
    }
  }
}
