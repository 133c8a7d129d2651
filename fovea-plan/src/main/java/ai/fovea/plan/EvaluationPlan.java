package ai.fovea.plan;

import ai.fovea.base.Problems;
import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.graph.Graph;
import java.util.List;
import java.util.Optional;

/// What the measurement of a network needs of a configuration.
///
/// @param recipe the sections `Global`, `Arch` and `EMA`
/// @param network the graph that is measured
/// @param query the images that are searched with, or all images of a classifier
/// @param gallery the images that are searched in; empty for a classifier
/// @param metrics what is measured, at least one; the first picks the best checkpoint
public record EvaluationPlan(
    Recipe recipe,
    Graph network,
    DataPlan query,
    Optional<DataPlan> gallery,
    List<MetricPlan> metrics) {
  public EvaluationPlan {
    metrics = List.copyOf(metrics);
  }

  /// Reads and checks a configuration; lists, images and weights are not looked at.
  ///
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  public static EvaluationPlan of(Config config) {
    var sections = new Sections(Recipe.unchecked(config), Provided.load());
    var problems = new Problems();
    Optional<EvaluationPlan> plan = sections.evaluation(problems);
    sections.keys(problems);
    problems.throwIfAny(ConfigException::new);
    return plan.orElseThrow();
  }
}
