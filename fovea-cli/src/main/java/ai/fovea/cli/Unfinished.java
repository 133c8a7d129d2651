package ai.fovea.cli;

import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryException;
import ai.fovea.weights.Paths;
import ai.fovea.weights.PlaceLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Galleries that lack something: whose build was ended early, or a command that added pictures step by step. The sign of the latter
/// is the file of a lock beside the gallery.
final class Unfinished {
  private static final String ADDING = "adding";

  private Unfinished() {}

  /// Something done with a gallery that is there.
  ///
  /// @param <T> what comes of it
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /// Opens a gallery for reading; where there is none because its build was ended early, that is told.
  static Gallery openReadOnly(Path folder) throws IOException {
    try {
      return Gallery.openReadOnly(folder);
    } catch (GalleryException e) {
      Optional<String> why = NewGallery.unfinished(folder, () -> false);
      if (why.isEmpty() || NewGallery.isThere(folder)) {
        throw e;
      }
      throw new CommandException(folder + ": " + why.get());
    }
  }

  /// What an open gallery lacks, and the command that finishes it; empty where it is whole.
  static Optional<String> why(Path folder, Gallery gallery) throws IOException {
    Optional<String> build =
        NewGallery.unfinished(folder, () -> gallery.info().calibration().isPresent());
    return build.isPresent() || !wasAddedTo(folder)
        ? build
        : Optional.of(
            "a command that added pictures was ended early; the same command with --resume goes"
                + " on, or `fovea gallery calibrate` finds the threshold of what it holds");
  }

  /// The same as a warning of commands that read a gallery all the same.
  static Optional<String> warning(Path folder, Gallery gallery) throws IOException {
    return why(folder, gallery).map(why -> folder + ": unfinished: " + why);
  }

  private static boolean wasAddedTo(Path folder) throws IOException {
    return Files.exists(PlaceLock.file(folder, ADDING)) && !PlaceLock.isTaken(folder, ADDING);
  }

  /// Adds pictures step by step, with a sign that stays where that ends early.
  ///
  /// @param kept whether some of them are in the gallery already
  static <T> T adding(Path folder, BooleanSupplier kept, Work<T> work) throws IOException {
    Path place = Paths.real(folder);
    if (!NewGallery.canMark(place)) {
      return work.run();
    }
    boolean before = wasAddedTo(place);
    PlaceLock lock =
        PlaceLock.take(place, ADDING)
            .orElseThrow(
                () -> new CommandException(folder + ": another command is adding pictures to it"));
    return holding(lock, () -> before || kept.getAsBoolean(), work);
  }

  /// Does something under a lock, whose file stays as a sign where that fails.
  ///
  /// @param stays whether a failure leaves something unfinished
  static <T> T holding(PlaceLock lock, BooleanSupplier stays, Work<T> work) throws IOException {
    boolean done = false;
    try {
      T result = work.run();
      done = true;
      return result;
    } finally {
      if (done || !stays.getAsBoolean()) {
        lock.close();
      } else {
        lock.leave();
      }
    }
  }

  /// Takes the sign away: the gallery is another now, or is to stay as it is.
  static void forget(Path folder) throws IOException {
    Path place = Paths.real(folder);
    if (NewGallery.canMark(place) && wasAddedTo(place)) {
      Optional<PlaceLock> lock = PlaceLock.take(place, ADDING);
      if (lock.isPresent()) {
        lock.get().close();
      }
    }
  }
}
