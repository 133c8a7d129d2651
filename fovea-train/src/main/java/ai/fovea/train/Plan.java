package ai.fovea.train;

import ai.fovea.data.BatchSampler;
import ai.fovea.plan.Inputs;
import ai.fovea.plan.Matchable;
import ai.fovea.plan.MetricPlan;
import ai.fovea.plan.Recipe;
import ai.fovea.plan.schedule.Accumulation;
import ai.fovea.train.loss.CombinedLoss;
import ai.fovea.train.metric.RetrievalEvaluation;
import ai.fovea.train.metric.TopkAcc;
import java.util.List;
import java.util.Optional;

/// What a run works with: the lists and images that [Inputs] looked at, and the losses and metrics that its plan describes.
///
/// @param training what training needs, if the run trains
/// @param evaluation what evaluation needs, if the run evaluates
/// @param notes what a user should know, one line each
record Plan(Optional<Training> training, Optional<Evaluated> evaluation, List<String> notes) {

  /// What training needs.
  record Training(
      Recipe.Data data,
      BatchSampler sampler,
      CombinedLoss loss,
      Accumulation steps,
      Optional<TopkAcc> metric) {}

  /// What evaluation needs.
  ///
  /// @param query the images that are searched with, or all images of a classifier
  /// @param gallery the images that are searched in; empty for a classifier
  /// @param base how many queries count; empty for a classifier
  record Evaluated(
      Recipe.Data query,
      Optional<Recipe.Data> gallery,
      Optional<Matchable> base,
      TopkAcc topk,
      RetrievalEvaluation retrieval) {}

  /// For training.
  ///
  /// @param listener is told how far the look at the images is
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  static Plan training(Recipe recipe, int threads, TrainListener listener) {
    List<String> found =
        recipe
            .checkpoints()
            .flatMap(Checkpoint::missing)
            .map(reason -> reason + ", named by Global.checkpoints")
            .stream()
            .toList();
    return of(Inputs.training(recipe, found, new Inputs.Look(threads, listener::looked)));
  }

  /// For measuring.
  ///
  /// @param listener is told how far the look at the images is
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  static Plan evaluation(Recipe recipe, int threads, TrainListener listener) {
    return of(Inputs.evaluation(recipe, new Inputs.Look(threads, listener::looked)));
  }

  private static Plan of(Inputs inputs) {
    return new Plan(
        inputs.training().map(Plan::training),
        inputs.evaluation().map(Plan::evaluated),
        inputs.notes());
  }

  private static Training training(Inputs.Training in) {
    return new Training(
        in.data(),
        in.sampler(),
        CombinedLoss.of(in.plan().losses()),
        in.steps(),
        topk(in.plan().metrics()));
  }

  private static Evaluated evaluated(Inputs.Evaluated in) {
    List<MetricPlan> metrics = in.plan().metrics();
    return new Evaluated(
        in.query(),
        in.gallery(),
        in.base(),
        topk(metrics).orElse(new TopkAcc(MetricPlan.TopkAcc.STANDARD.topk())),
        in.gallery().isPresent()
            ? RetrievalEvaluation.of(metrics)
            : RetrievalEvaluation.standard());
  }

  private static Optional<TopkAcc> topk(List<MetricPlan> metrics) {
    return metrics.stream()
        .filter(MetricPlan.TopkAcc.class::isInstance)
        .map(MetricPlan.TopkAcc.class::cast)
        .map(m -> new TopkAcc(m.topk()))
        .findFirst();
  }
}
