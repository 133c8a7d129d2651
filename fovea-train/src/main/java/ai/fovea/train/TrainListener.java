package ai.fovea.train;

/// Hears how a training goes. Called on the training thread.
public interface TrainListener {
  /// A line of the log, without a time stamp.
  void line(String text);

  /// An iteration is done.
  ///
  /// @param epoch from 1
  /// @param iteration from 1 to `of`
  default void progress(int epoch, int iteration, int of) {}
}
