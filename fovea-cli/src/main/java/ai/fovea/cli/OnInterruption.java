package ai.fovea.cli;

import java.util.function.Supplier;

/// Tells, where somebody ends a command early (Ctrl-C), what was kept and how to go on. Closed when the command is past that.
public final class OnInterruption implements AutoCloseable {
  private final Thread hook;

  /// Tells from now on.
  ///
  /// @param told asked when it happens
  public OnInterruption(Common common, Supplier<String> told) {
    this.hook = Thread.ofPlatform().unstarted(() -> common.problem(told.get()));
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  @SuppressWarnings("EmptyCatch") // said in it
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, and the hook tells it.
    }
  }
}
