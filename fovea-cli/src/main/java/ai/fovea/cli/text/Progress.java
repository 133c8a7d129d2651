package ai.fovea.cli.text;

import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// A bar on standard error while something takes long; nothing where nobody watches.
public final class Progress implements AutoCloseable {
  /// Less work than this is over before a bar is read.
  private static final int WORTHWHILE = 20;

  private final Optional<ProgressBar> bar;
  private final Runnable atEnd;

  private Progress(Optional<ProgressBar> bar, Runnable atEnd) {
    this.bar = bar;
    this.atEnd = atEnd;
  }

  public static Progress of(String task, int total, boolean watched, Runnable atEnd) {
    if (!watched || total < WORTHWHILE) {
      return new Progress(Optional.empty(), atEnd);
    }
    return new Progress(
        Optional.of(
            new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis((int) Duration.ofMillis(200).toMillis())
                .clearDisplayOnFinish()
                .build()),
        atEnd);
  }

  /// So many steps are done.
  public void at(int done) {
    bar.ifPresent(b -> b.stepTo(done));
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
    atEnd.run();
  }
}
