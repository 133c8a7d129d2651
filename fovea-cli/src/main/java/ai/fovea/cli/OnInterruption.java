package ai.fovea.cli;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/// Tells, where somebody ends a command early (Ctrl-C), what was kept and how to go on. Closed when the command is past that. Of
/// several the one that began last tells.
public final class OnInterruption implements AutoCloseable {
  /// Of commands that write their results at the end.
  public static final String NOTHING_PRINTED =
      "interrupted; nothing was written, as results come when all images are done: give fewer"
          + " images at a time to have some earlier";

  private final Invocation call;
  private final IntConsumer answer;

  /// Tells from now on.
  ///
  /// @param told asked for lines when it happens
  public OnInterruption(Common common, Supplier<List<String>> told) {
    this.call = common.call();
    this.answer = status -> answer(common, told.get(), status);
    call.answers(answer);
  }

  private static void answer(Common common, List<String> findings, int status) {
    findings.forEach(common::problem);
    if (common.json()) {
      common.call().printError(common.out(), findings, status);
    }
  }

  @Override
  public void close() {
    call.answersNoMore(answer);
  }
}
