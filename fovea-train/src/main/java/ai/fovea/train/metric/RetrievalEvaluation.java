package ai.fovea.train.metric;

import ai.fovea.config.Config;
import ai.fovea.data.Sample;
import ai.fovea.index.eval.EvaluationSet;
import ai.fovea.index.eval.RetrievalMetrics;
import ai.fovea.index.eval.RetrievalResult;
import ai.fovea.index.eval.RetrievalSettings;
import ai.fovea.plan.MetricPlan;
import ai.fovea.plan.Provided;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;

/// The ranking metrics that a configuration asks for, in its order: `recall1`, `recall5`, `precision@1`, `mAP`, `mINP`.
///
/// Denominators are over all queries, not over blocks of them as in the reference, so the figures do not depend on a block
/// size. The third field of a list takes pairs with the same label and the same id out of the matches, so that an image in
/// both lists does not find itself.
public final class RetrievalEvaluation {
  private static final List<Integer> DEFAULT_K = List.of(1, 5);

  private final List<Wanted> wanted;

  private record Wanted(String metric, List<Integer> topk) {}

  private RetrievalEvaluation(List<Wanted> wanted) {
    this.wanted = wanted;
  }

  /// recall@1, recall@5 and mAP.
  public static RetrievalEvaluation standard() {
    return new RetrievalEvaluation(
        List.of(new Wanted("Recallk", DEFAULT_K), new Wanted("mAP", List.of())));
  }

  /// From a list of `Recallk`, `Precisionk`, `mAP`, `mINP`.
  ///
  /// @param metrics section that holds the list, e.g. `Metric`
  /// @param key of the list, e.g. `Eval`
  /// @throws ai.fovea.config.ConfigException for another metric, or a bad `topk`
  public static RetrievalEvaluation of(Config metrics, String key) {
    return of(MetricPlan.retrieval(metrics, key, Provided.load()));
  }

  /// The metrics that a plan describes; recall@1, recall@5 and mAP where it has none.
  ///
  /// @throws IllegalArgumentException for a metric that nothing here computes
  public static RetrievalEvaluation of(List<MetricPlan> metrics) {
    List<Wanted> wanted = metrics.stream().map(RetrievalEvaluation::wanted).toList();
    return wanted.isEmpty() ? standard() : new RetrievalEvaluation(wanted);
  }

  private static Wanted wanted(MetricPlan metric) {
    return switch (metric) {
      case MetricPlan.Recallk m -> new Wanted("Recallk", m.topk());
      case MetricPlan.Precisionk m -> new Wanted("Precisionk", m.topk());
      case MetricPlan.MeanAveragePrecision _ -> new Wanted("mAP", List.of());
      case MetricPlan.MeanInverseNegativePenalty _ -> new Wanted("mINP", List.of());
      case MetricPlan.TopkAcc _, MetricPlan.Other _ ->
          throw new IllegalArgumentException("no metric of a search: " + metric);
    };
  }

  /// Compares queries with a gallery.
  ///
  /// @param queries `[Q][D]` features
  /// @param querySamples their lines
  /// @param gallery `[G][D]` features
  /// @param gallerySamples their lines
  /// @param normalize whether features are scaled to length 1 first, so that similarity is the cosine
  /// @return figures from 0 to 1; the first one picks the best checkpoint
  public SequencedMap<String, Double> evaluate(
      float[][] queries,
      List<Sample> querySamples,
      float[][] gallery,
      List<Sample> gallerySamples,
      boolean normalize) {
    return report(
        RetrievalMetrics.evaluate(
            set(queries, querySamples, normalize),
            set(gallery, gallerySamples, normalize),
            settings()));
  }

  /// What [RetrievalMetrics] has to compute.
  public RetrievalSettings settings() {
    return new RetrievalSettings(
        ks("Recallk"),
        ks("Precisionk"),
        RetrievalSettings.Excluded.SCORE_ZERO,
        OptionalInt.empty());
  }

  /// A result by the names of the log, in the order of the configuration.
  public SequencedMap<String, Double> report(RetrievalResult result) {
    SequencedMap<String, Double> figures = new LinkedHashMap<>();
    for (Wanted w : wanted) {
      switch (w.metric()) {
        case "Recallk" ->
            w.topk().forEach(k -> figures.put("recall" + k, result.recall().getOrDefault(k, 0.0)));
        case "Precisionk" ->
            w.topk()
                .forEach(
                    k -> figures.put("precision@" + k, result.precision().getOrDefault(k, 0.0)));
        case "mAP" -> figures.put("mAP", result.meanAveragePrecision());
        default -> figures.put("mINP", result.meanInverseNegativePenalty());
      }
    }
    return Collections.unmodifiableSequencedMap(figures);
  }

  private List<Integer> ks(String metric) {
    return wanted.stream()
        .filter(w -> w.metric().equals(metric))
        .flatMap(w -> w.topk().stream())
        .distinct()
        .toList();
  }

  private static EvaluationSet set(float[][] features, List<Sample> samples, boolean normalize) {
    EvaluationSet set =
        EvaluationSet.of(features, samples.stream().mapToLong(Sample::label).toArray());
    if (!samples.isEmpty() && samples.stream().allMatch(s -> s.uniqueId().isPresent())) {
      set = set.withCameras(samples.stream().mapToLong(s -> s.uniqueId().orElseThrow()).toArray());
    }
    return normalize ? set.normalized() : set;
  }
}
