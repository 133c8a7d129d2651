package ai.fovea.train.metric;

import ai.fovea.config.Config;
import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import ai.fovea.plan.MetricPlan;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The share of samples whose label is among the k largest outputs. 1 where k exceeds the classes.
///
/// @param settings which k, network and output
public record TopkAcc(MetricPlan.TopkAcc settings) implements Metric {
  /// For the logits of the only network.
  public TopkAcc(List<Integer> topk) {
    this(new MetricPlan.TopkAcc(topk));
  }

  /// Reads the settings of a configuration: `topk`, a number or a list, `[1, 5]` where absent.
  public static TopkAcc of(Config settings) {
    return new TopkAcc(MetricPlan.topkAcc(settings));
  }

  /// Nothing where labels are distributions.
  @Override
  public SequencedMap<String, Double> values(MetricInput input) {
    NDArray labels = input.labels();
    if (labels.dtype() != DType.INT64) {
      return Collections.emptySortedMap();
    }
    NDArray outputs =
        settings.network().isPresent()
            ? input.output(settings.network().get(), settings.output())
            : input.output(settings.output());
    return of(rows(outputs), labels.longs());
  }

  private static float[][] rows(NDArray array) {
    float[] all = array.floats();
    int n = array.shape().size(0);
    float[][] rows = new float[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = Arrays.copyOfRange(all, i * all.length / n, (i + 1) * all.length / n);
    }
    return rows;
  }

  /// `top1`, `top5` … of a batch, each from 0 to 1. Of equal outputs the one of the smaller class comes first.
  ///
  /// @param logits `[N][C]`, or anything that ranks classes the same
  /// @param labels `[N]`
  public SequencedMap<String, Double> of(float[][] logits, long[] labels) {
    if (logits.length != labels.length || logits.length == 0) {
      throw new IllegalArgumentException(
          "expected as many outputs as labels and at least one, got "
              + logits.length
              + " and "
              + labels.length);
    }
    int[] ranks = new int[labels.length];
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] = rank(logits[i], labels[i]);
    }
    SequencedMap<String, Double> shares = new LinkedHashMap<>();
    for (int k : settings.topk()) {
      shares.put(
          "top" + k, Arrays.stream(ranks).filter(r -> r < k).count() / (double) ranks.length);
    }
    return Collections.unmodifiableSequencedMap(shares);
  }

  /// How many classes come before the label.
  private static int rank(float[] outputs, long label) {
    if (label < 0 || label >= outputs.length) {
      throw new IllegalArgumentException(
          "label " + label + ": the network has outputs for 0 to " + (outputs.length - 1));
    }
    float own = outputs[(int) label];
    if (Float.isNaN(own)) {
      return Integer.MAX_VALUE;
    }
    int before = 0;
    for (int c = 0; c < outputs.length; c++) {
      if (outputs[c] > own || (outputs[c] == own && c < label)) {
        before++;
      }
    }
    return before;
  }
}
