package ai.fovea.cli;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

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
    this.hook = Thread.ofPlatform().unstarted(() -> answer(common, told.get()));
    this.call = common.call();
    Runtime.getRuntime().addShutdownHook(hook);
    call.answers(1);
  }

  private static void answer(Common common, List<String> findings) {
    findings.forEach(common::problem);
    if (common.json()) {
      common.call().printError(common.out(), findings, status());
    }
  }

  /// The status that the process is going to end with, 128 and the number of the signal. Java tells nobody which signal it was, but
  /// answers it in a thread of that name.
  static int status() {
    Set<String> threads =
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .collect(Collectors.toSet());
    return threads.contains("SIGTERM handler")
        ? 143
        : threads.contains("SIGHUP handler") ? 129 : 130;
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
