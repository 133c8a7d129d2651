package ai.fovea.train;

import ai.fovea.train.metric.AverageMeters;
import ai.fovea.train.metric.TrainLog;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Turns the events of a training into the lines that PaddleClas users and their scripts know.
public final class LogLines implements TrainListener {
  /// How many images that were looked at make a line.
  private static final int CHECKED = 10_000;

  private final int printEvery;
  private final Consumer<String> lines;
  private final Consumer<String> warnings;
  private final AverageMeters costs = new AverageMeters();
  private TrainLog log;

  /// @param printEvery how many iterations make one line of training
  /// @param lines receives each line, without a time stamp
  /// @param warnings receives each warning
  public LogLines(int printEvery, Consumer<String> lines, Consumer<String> warnings) {
    this.printEvery = printEvery;
    this.lines = lines;
    this.warnings = warnings;
    this.log = new TrainLog(1, lines);
  }

  /// Lines of every tenth iteration; warnings are among them, after `warning: `.
  public static LogLines to(Consumer<String> lines) {
    return new LogLines(10, lines, text -> lines.accept("warning: " + text));
  }

  @Override
  public synchronized void on(TrainEvent event) {
    switch (event) {
      case TrainEvent.Note note -> lines.accept(note.text());
      case TrainEvent.Warning warning -> warnings.accept(warning.text());
      case TrainEvent.ImagesChecked checked -> {
        if (checked.done() % CHECKED == 0) {
          lines.accept("looked at " + checked.done() + " of " + checked.of() + " images");
        }
      }
      case TrainEvent.Started started -> log = new TrainLog(started.epochs(), lines);
      case TrainEvent.IterationDone done -> iteration(done);
      case TrainEvent.EpochDone done -> {
        log.trainAverage(done.epoch(), done.averages());
        costs.reset();
      }
      case TrainEvent.Evaluated evaluated -> {
        log.evalAverage(evaluated.epoch(), evaluated.metrics());
        evaluated
            .best()
            .ifPresent(best -> log.best(evaluated.epoch(), best, evaluated.servesOtherWeights()));
      }
      case TrainEvent.Saved saved -> {
        if (!saved.evaluationPending()) {
          log.saved(saved.prefix());
        }
      }
      case TrainEvent.Stopped stopped ->
          lines.accept("stopped in epoch " + stopped.epoch() + ": " + stopped.reason());
    }
  }

  private void iteration(TrainEvent.IterationDone done) {
    costs.add(Map.of("batch", done.seconds(), "reader", done.readerSeconds()), 1);
    if (done.iteration() % printEvery != 0) {
      return;
    }
    Map<String, Double> mean = costs.averages();
    List<TrainLog.Rate> rates =
        done.rates().stream().map(r -> new TrainLog.Rate(r.schedule(), r.value())).toList();
    log.iteration(
        new TrainLog.At(done.epoch(), done.iteration(), done.iterations()),
        rates,
        done.averages(),
        new TrainLog.Pace(
            mean.getOrDefault("batch", 0.0), mean.getOrDefault("reader", 0.0), done.samples()));
    costs.reset();
  }
}
