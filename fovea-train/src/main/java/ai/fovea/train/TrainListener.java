package ai.fovea.train;

import java.nio.file.Path;

/// Hears how a training goes. Called on the training thread.
public interface TrainListener {
  /// A line of the log, without a time stamp.
  void line(String text);

  /// Something is done that may not be what was meant.
  default void warning(String text) {
    line("warning: " + text);
  }

  /// An iteration is done.
  ///
  /// @param epoch from 1
  /// @param iteration from 1 to `of`
  default void progress(int epoch, int iteration, int of) {}

  /// An image was looked at, before the run begins.
  ///
  /// @param done how many images were
  /// @param of how many there are
  default void looked(int done, int of) {
    if (done % 10_000 == 0) {
      line("looked at " + done + " of " + of + " images");
    }
  }

  /// A checkpoint is written.
  ///
  /// @param prefix its path without suffix
  /// @param epoch finished
  default void saved(Path prefix, int epoch) {}
}
