package ai.fovea.train;

import ai.fovea.data.BatchSampler;
import ai.fovea.data.BatchTransform;
import ai.fovea.plan.Inputs;
import ai.fovea.plan.Matchable;
import ai.fovea.plan.MetricPlan;
import ai.fovea.plan.OptimizerPlan;
import ai.fovea.plan.Recipe;
import ai.fovea.plan.TrainingPlan;
import ai.fovea.plan.schedule.Accumulation;
import ai.fovea.train.loss.CombinedLoss;
import ai.fovea.train.loss.LossContext;
import ai.fovea.train.metric.Metric;
import ai.fovea.train.metric.Metrics;
import ai.fovea.train.metric.RetrievalEvaluation;
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
      List<BatchTransform> transforms,
      BatchSampler sampler,
      CombinedLoss loss,
      List<OptimizerPlan> optimizers,
      Accumulation steps,
      List<Metric> metrics) {}

  /// What evaluation needs.
  ///
  /// @param query the images that are searched with, or all images of a classifier
  /// @param gallery the images that are searched in; empty for a classifier
  /// @param base how many queries count; empty for a classifier
  record Evaluated(
      Recipe.Data query,
      Optional<Recipe.Data> gallery,
      Optional<Matchable> base,
      List<Metric> metrics,
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
    return of(Inputs.training(recipe, found, look(threads, listener)));
  }

  /// For measuring.
  ///
  /// @param listener is told how far the look at the images is
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  static Plan evaluation(Recipe recipe, int threads, TrainListener listener) {
    return of(Inputs.evaluation(recipe, look(threads, listener)));
  }

  private static Inputs.Look look(int threads, TrainListener listener) {
    return new Inputs.Look(
        threads, (done, of) -> listener.on(new TrainEvent.ImagesChecked(done, of)));
  }

  private static Plan of(Inputs inputs) {
    return new Plan(
        inputs.training().map(Plan::training),
        inputs.evaluation().map(Plan::evaluated),
        inputs.notes());
  }

  private static Training training(Inputs.Training in) {
    TrainingPlan plan = in.plan();
    return new Training(
        in.data(),
        plan.transforms(),
        in.sampler(),
        CombinedLoss.of(plan.losses(), new LossContext(plan.mixesLabels())),
        plan.optimizers(),
        in.steps(),
        Metrics.of(plan.metrics()));
  }

  private static Evaluated evaluated(Inputs.Evaluated in) {
    List<MetricPlan> metrics = in.plan().metrics();
    boolean retrieval = in.gallery().isPresent();
    return new Evaluated(
        in.query(),
        in.gallery(),
        in.base(),
        retrieval ? List.of() : Metrics.of(metrics),
        retrieval ? RetrievalEvaluation.of(metrics) : RetrievalEvaluation.standard());
  }
}
