package ai.fovea.cli;

import java.util.List;
import java.util.function.Supplier;

/// Tells, where somebody ends a command early (Ctrl-C), what was kept and how to go on. Closed when the command is past that.
public final class OnInterruption implements AutoCloseable {
  /// Of commands that write their results at the end.
  static final String NOTHING_PRINTED =
      "interrupted; nothing was written, as results come when all images are done: give fewer"
          + " images at a time to have some earlier";

  private final Invocation call;
  private final Thread hook;

  /// Tells from now on.
  ///
  /// @param told asked for lines when it happens
  public OnInterruption(Common common, Supplier<List<String>> told) {
    this.hook = Thread.ofPlatform().unstarted(() -> told.get().forEach(common::problem));
    this.call = common.call();
    Runtime.getRuntime().addShutdownHook(hook);
    call.answers(1);
  }

  @Override
  @SuppressWarnings("EmptyCatch") // said in it
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
      call.answers(-1);
    } catch (IllegalStateException e) {
      // The process is ending already, and the hook tells it.
    }
  }
}
