package ai.fovea.plan;

import ai.fovea.config.Config;
import ai.fovea.config.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A metric that a configuration asks for.
public sealed interface MetricPlan {
  /// The names of Fovea's own metrics.
  List<String> SUPPORTED =
      List.of("TopkAcc", "DistillationTopkAcc", "Recallk", "Precisionk", "mAP", "mINP");

  /// The share of samples whose label is among the k largest outputs.
  ///
  /// @param topk each k, at least 1
  /// @param network whose outputs count; empty for the only one
  /// @param output which output ranks the classes
  record TopkAcc(List<Integer> topk, Optional<String> network, String output)
      implements MetricPlan {
    private static final String LOGITS = "logits";

    /// What is measured where nothing is asked for.
    public static final TopkAcc STANDARD = new TopkAcc(List.of(1, 5));

    /// Checks the numbers.
    public TopkAcc {
      topk = List.copyOf(topk);
      if (topk.isEmpty() || topk.stream().anyMatch(k -> k < 1)) {
        throw new IllegalArgumentException("topk: expected numbers from 1, got " + topk);
      }
    }

    /// For the logits of the only network.
    public TopkAcc(List<Integer> topk) {
      this(topk, Optional.empty(), LOGITS);
    }
  }

  /// The share of queries with an image of their label among the k nearest.
  record Recallk(List<Integer> topk) implements MetricPlan {}

  /// The share of images of the query's label among the k nearest.
  record Precisionk(List<Integer> topk) implements MetricPlan {}

  /// Mean average precision.
  record MeanAveragePrecision() implements MetricPlan {}

  /// Mean inverse negative penalty.
  record MeanInverseNegativePenalty() implements MetricPlan {}

  /// A metric of a [SettingsProvider], whose section is looked through already.
  record Other(String name, Config section) implements MetricPlan {}

  /// What is measured where nothing is asked for: top-1 and top-5, or recall@1, recall@5 and mAP.
  static List<MetricPlan> standard(boolean retrieval) {
    return retrieval
        ? List.of(new Recallk(List.of(1, 5)), new MeanAveragePrecision())
        : List.of(TopkAcc.STANDARD);
  }

  /// Reads the metrics of a classifier: `TopkAcc`, and those provided. Others are refused, since their figures would be missing, or
  /// those of another metric in their place.
  ///
  /// @param key e.g. `Metric.Eval`
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  static List<MetricPlan> classification(Config config, String key, Provided provided) {
    var metrics = new ArrayList<MetricPlan>();
    for (Config.Named named : config.named(key)) {
      if (named.name().equals("TopkAcc")) {
        if (metrics.stream().anyMatch(TopkAcc.class::isInstance)) {
          config.problem(key, "names TopkAcc twice; one takes several k, e.g. topk: [1, 5]");
        }
        metrics.add(topkAcc(named.settings()));
      } else if (named.name().equals("DistillationTopkAcc")) {
        metrics.add(ofNetwork(named.settings()));
      } else {
        other(config, key, named, "; to go on without it: -o " + key + "=None", provided, false)
            .ifPresent(metrics::add);
      }
    }
    var figures = new HashSet<Integer>();
    for (MetricPlan metric : metrics) {
      if (metric instanceof TopkAcc topk && !topk.topk().stream().allMatch(figures::add)) {
        config.problem(key, "asks twice for one figure; measure one network, each k once");
      }
    }
    config.check();
    return List.copyOf(metrics);
  }

  /// Reads the metrics of a search: `Recallk`, `Precisionk`, `mAP`, `mINP`, .
  ///
  /// @param key e.g. `Metric.Eval`
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  static List<MetricPlan> retrieval(Config config, String key, Provided provided) {
    var metrics = new ArrayList<MetricPlan>();
    for (Config.Named named : config.named(key)) {
      switch (named.name()) {
        case "Recallk" -> metrics.add(new Recallk(topk(named.settings())));
        case "Precisionk" -> metrics.add(new Precisionk(topk(named.settings())));
        case "mAP" -> metrics.add(new MeanAveragePrecision());
        case "mINP" -> metrics.add(new MeanInverseNegativePenalty());
        default ->
            other(
                    config,
                    key,
                    named,
                    ", for a search there are Recallk, Precisionk, mAP, mINP",
                    provided,
                    true)
                .ifPresent(metrics::add);
      }
    }
    config.check();
    return List.copyOf(metrics);
  }

  /// Reads the settings of `TopkAcc`.
  ///
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  static TopkAcc topkAcc(Config settings) {
    TopkAcc read = new TopkAcc(topk(settings));
    settings.check();
    return read;
  }

  /// Reads the settings of `DistillationTopkAcc`.
  private static TopkAcc ofNetwork(Config settings) {
    String network = settings.text("model_key", "");
    if (network.isEmpty()) {
      settings.problem("model_key", "which network is measured? e.g. Student");
    }
    return new TopkAcc(
        topk(settings), Optional.of(network), settings.text("feature_key", TopkAcc.LOGITS));
  }

  private static List<Integer> topk(Config settings) {
    long[] ks = settings.has("topk") ? settings.integers("topk") : new long[] {1, 5};
    if (ks.length == 0 || Arrays.stream(ks).anyMatch(k -> k < 1 || k > Integer.MAX_VALUE)) {
      settings.problem(
          "topk",
          "expected whole numbers of 1 or more, found "
              + (ks.length == 0
                  ? "none"
                  : String.join(", ", Arrays.stream(ks).mapToObj(String::valueOf).toList())));
      return TopkAcc.STANDARD.topk();
    }
    return Arrays.stream(ks).mapToObj(Math::toIntExact).toList();
  }

  private static Optional<MetricPlan> other(
      Config config,
      String key,
      Config.Named named,
      String remedy,
      Provided provided,
      boolean retrieval) {
    SettingsReader reader = provided.metrics().get(named.name());
    if (reader != null && !retrieval) {
      reader.read(named.settings());
      return Optional.of(new Other(named.name(), named.settings()));
    }
    if (Names.meant(named.name(), SUPPORTED).isPresent()) {
      topk(named.settings()); // which most have
    }
    named.settings().raw(); // its keys are no mistakes
    Set<String> known =
        Set.of(
            "GoogLeNetTopkAcc",
            "HammingDistance",
            "AccuracyScore",
            "ATTRMetric",
            "TprAtFpr",
            "MultiLabelMAP");
    boolean exists =
        reader != null || known.contains(named.name()) || SUPPORTED.contains(named.name());
    config.problem(
        key,
        exists
            ? named.name() + " is not supported here" + remedy
            : Names.unknown("metric", named.name(), SUPPORTED, known));
    return Optional.empty();
  }
}
