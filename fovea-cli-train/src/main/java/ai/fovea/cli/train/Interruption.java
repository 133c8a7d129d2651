package ai.fovea.cli.train;

import ai.fovea.cli.Common;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Tells, where somebody ends a training early (Ctrl-C), what was kept and how to go on.
final class Interruption implements AutoCloseable {
  private final Common common;
  private final Function<Path, String> goOn;
  private final Thread hook = Thread.ofPlatform().unstarted(this::tell);
  private volatile @Nullable Path kept;
  private volatile int epoch;

  /// @param goOn the command line that goes on from a checkpoint
  Interruption(Common common, Function<Path, String> goOn) {
    this.common = common;
    this.goOn = goOn;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// A checkpoint is there to go on from.
  void saved(Path prefix, int finished) {
    epoch = finished;
    kept = prefix;
  }

  /// What is told.
  String message() {
    Path from = kept;
    return from == null
        ? "interrupted before the first epoch was finished: nothing was kept"
        : "interrupted; kept is what was learned up to epoch "
            + epoch
            + ": "
            + from
            + System.lineSeparator()
            + "Go on: "
            + goOn.apply(from);
  }

  private void tell() {
    common.problem(message());
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      common.remark(""); // the process is ending, and the hook is telling it
    }
  }
}
