package ai.fovea.cli.train;

import ai.fovea.cli.Common;
import ai.fovea.cli.plan.Configured;
import ai.fovea.cli.text.Progress;
import ai.fovea.train.LogLines;
import ai.fovea.train.TrainEvent;
import ai.fovea.train.TrainListener;
import java.util.Optional;
import java.util.function.Consumer;

/// Shows the lines of a log and how far its tasks are, one bar at a time.
final class Watching implements TrainListener, AutoCloseable {
  private static final int PARTS_OF_AN_EPOCH = 1_000;

  private final Common common;
  private final LogLines lines;
  private final int epochs;
  private String task = "";
  private Optional<Progress> bar = Optional.empty();

  /// @param epochs of a training
  /// @param printEvery how many iterations make one line
  /// @param line receives each line too
  /// @param warning receives each warning too
  Watching(
      Common common, int epochs, int printEvery, Consumer<String> line, Consumer<String> warning) {
    this.common = common;
    this.epochs = epochs;
    this.lines =
        new LogLines(
            printEvery,
            text -> {
              line.accept(text);
              common.remark(Configured.stamped(text));
              common.out().flush();
            },
            text -> {
              line.accept("warning: " + text);
              common.warning(text);
              warning.accept(text);
            });
  }

  @Override
  public void on(TrainEvent event) {
    lines.on(event);
    switch (event) {
      case TrainEvent.ImagesChecked checked -> {
        at("look at images", checked.done(), checked.of());
        if (checked.done() == checked.of()) {
          close();
        }
      }
      case TrainEvent.IterationDone done ->
          at(
              "train",
              (done.epoch() - 1) * PARTS_OF_AN_EPOCH
                  + (done.iteration() + 1) * PARTS_OF_AN_EPOCH / done.iterations(),
              epochs * PARTS_OF_AN_EPOCH);
      default -> {}
    }
  }

  /// So much of a task is done; the bar of another task ends.
  private void at(String name, int done, int total) {
    if (!task.equals(name)) {
      close();
      task = name;
      bar = Optional.of(common.progress(name, total));
    }
    bar.ifPresent(b -> b.at(done));
  }

  @Override
  public void close() {
    bar.ifPresent(Progress::close);
    bar = Optional.empty();
    task = "";
  }
}
