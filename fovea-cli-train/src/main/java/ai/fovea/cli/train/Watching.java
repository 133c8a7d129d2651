package ai.fovea.cli.train;

import ai.fovea.cli.Common;
import ai.fovea.cli.Progress;
import ai.fovea.cli.plan.Configured;
import ai.fovea.train.TrainListener;
import java.util.Optional;

/// Shows the lines of a log and how far its tasks are, one bar at a time.
class Watching implements TrainListener, AutoCloseable {
  private final Common common;
  private String task = "";
  private Optional<Progress> bar = Optional.empty();

  Watching(Common common) {
    this.common = common;
  }

  @Override
  public void line(String text) {
    common.remark(Configured.stamped(text));
    common.out().flush();
  }

  @Override
  public void looked(int done, int of) {
    TrainListener.super.looked(done, of);
    at("look at images", done, of);
    if (done == of) {
      close();
    }
  }

  /// So much of a task is done; the bar of another task ends.
  final void at(String name, int done, int total) {
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
