package ai.fovea.train.metric;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// The lines of a training, in the layout that PaddleClas users and their scripts know.
///
/// Values are running averages within the epoch, metrics before losses. Costs are the means over the iterations since the
/// last train line (the first five iterations of a run, in which everything warms up, are left out afterwards).
public final class TrainLog {
  private final int epochs;
  private final Consumer<String> lines;

  /// One optimizer's learning rate after the update of this iteration.
  ///
  /// @param schedule PaddlePaddle's name of the schedule
  /// @param rate its value
  public record Rate(String schedule, double rate) {}

  /// Where in the training a line belongs.
  ///
  /// @param epoch from 1
  /// @param iteration from 0
  /// @param iterations in an epoch
  public record At(int epoch, int iteration, int iterations) {}

  /// How fast it goes.
  ///
  /// @param batchSeconds mean time of an iteration
  /// @param readerSeconds mean part of it that was spent waiting for data
  /// @param samples in a batch
  public record Pace(double batchSeconds, double readerSeconds, double samples) {
    double perSecond() {
      return batchSeconds > 0 ? samples / batchSeconds : 0;
    }
  }

  /// @param epochs of the whole training
  /// @param lines receives each line, without a time stamp
  public TrainLog(int epochs, Consumer<String> lines) {
    this.epochs = epochs;
    this.lines = lines;
  }

  /// `[Train][Epoch 1/2][Iter: 0/3]lr(LinearWarmup): 0.00333333, top1: …, CELoss: …, batch_cost: …s, …, eta: 0:00:01`.
  public void iteration(At at, List<Rate> rates, Map<String, Double> averages, Pace pace) {
    String lr =
        rates.stream()
            .map(r -> String.format(Locale.ROOT, "lr(%s): %.8f", r.schedule(), r.rate()))
            .collect(Collectors.joining(", "));
    double left =
        ((double) (epochs - at.epoch() + 1) * at.iterations() - at.iteration())
            * pace.batchSeconds();
    lines.accept(
        String.format(
            Locale.ROOT,
            "[Train][Epoch %d/%d][Iter: %d/%d]%s, %s, %s samples/s, eta: %s",
            at.epoch(),
            epochs,
            at.iteration(),
            at.iterations(),
            lr,
            values(averages),
            costs(pace),
            duration((long) left)));
  }

  /// `[Train][Epoch 1/2][Avg]top1: 0.33333, CELoss: 1.19583, loss: 1.19583`.
  public void trainAverage(int epoch, Map<String, Double> averages) {
    lines.accept("[Train][Epoch " + epoch + "/" + epochs + "][Avg]" + values(averages));
  }

  /// `[Eval][Epoch 1][Iter: 0/3]CELoss: …, top1: …, batch_cost: …s, reader_cost: …, ips: … images/sec`.
  public void evalIteration(At at, Map<String, Double> values, Pace pace) {
    lines.accept(
        String.format(
            Locale.ROOT,
            "[Eval][Epoch %d][Iter: %d/%d]%s%s images/sec",
            at.epoch(),
            at.iteration(),
            at.iterations(),
            values.isEmpty() ? "" : values(values) + ", ",
            costs(pace)));
  }

  /// `[Eval][Epoch 1][Avg]recall1: 0.49762, recall5: 0.82563, mAP: 0.35207`.
  public void evalAverage(int epoch, Map<String, Double> averages) {
    lines.accept("[Eval][Epoch " + epoch + "][Avg]" + values(averages));
  }

  /// `[Eval][Epoch 1][best metric: 0.3333333432674408]`; `best metric ema` for averaged weights.
  public void best(int epoch, double metric, boolean averagedWeights) {
    String value =
        Double.isFinite(metric)
            ? new BigDecimal(Double.toString(metric)).toPlainString()
            : "" + metric;
    lines.accept(
        "[Eval][Epoch "
            + epoch
            + "][best metric"
            + (averagedWeights ? " ema" : "")
            + ": "
            + value
            + "]");
  }

  /// `Already save model in ./output/latest`.
  public void saved(Path prefix) {
    lines.accept("Already save model in " + prefix);
  }

  private static String values(Map<String, Double> values) {
    return values.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%s: %.5f", e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String costs(Pace pace) {
    return String.format(
        Locale.ROOT,
        "batch_cost: %.5fs, reader_cost: %.5f, ips: %.5f",
        pace.batchSeconds(),
        pace.readerSeconds(),
        pace.perSecond());
  }

  /// `1:02:03`, with days before it where there are any.
  static String duration(long seconds) {
    long days = seconds / 86_400;
    String time =
        String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    return days == 0 ? time : days + (days == 1 ? " day, " : " days, ") + time;
  }
}
