package ai.fovea.train;

/// A request that a training end early. Thread-safe.
public final class Cancellation {
  private volatile boolean cancelled;

  /// Without a request yet.
  public Cancellation() {}

  /// Requests that the training end after the iteration that is running. The checkpoints that were written stay, and the training
  /// can go on from them; what was learned since the last one is lost.
  public void cancel() {
    cancelled = true;
  }

  /// Returns whether the end was requested.
  public boolean isCancelled() {
    return cancelled;
  }
}
