package ai.fovea.plan;

import ai.fovea.base.Problems;
import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.data.BatchTransform;
import ai.fovea.data.SamplerPlan;
import ai.fovea.graph.Graph;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All that a training needs of a configuration, read and checked without an engine and before anything is opened: every section
/// is read once, a key that nothing reads is a mistake, and so is one that asks for something that Fovea can't do.
///
/// ```java
/// TrainingPlan plan = TrainingPlan.of(Config.read(Path.of("recipe.yaml")));
/// ```
///
/// @param recipe the sections `Global`, `Arch` and `EMA`
/// @param networks the graphs that are trained, at the size of the training images, by name; one that is alone has the empty name
/// @param data the training images
/// @param transforms what whole batches of them go through, in order
/// @param sampler which of them go into which batch
/// @param losses what is minimised: their weighted sum
/// @param optimizers each with a part of the parameters
/// @param metrics what is measured of training batches
/// @param evaluation what is measured between epochs; empty where that is switched off
public record TrainingPlan(
    Recipe recipe,
    Map<String, Graph> networks,
    DataPlan data,
    List<BatchTransform> transforms,
    SamplerPlan sampler,
    List<LossPlan> losses,
    List<OptimizerPlan> optimizers,
    List<MetricPlan> metrics,
    Optional<EvaluationPlan> evaluation) {
  /// Copies the lists.
  public TrainingPlan {
    networks = Collections.unmodifiableMap(new LinkedHashMap<>(networks));
    transforms = List.copyOf(transforms);
    losses = List.copyOf(losses);
    optimizers = List.copyOf(optimizers);
    metrics = List.copyOf(metrics);
  }

  /// Returns whether labels of batches are distributions, because images are mixed.
  public boolean mixesLabels() {
    return transforms.stream().anyMatch(BatchTransform::mixesLabels);
  }

  /// Reads and checks a configuration; lists, images and weights are not looked at.
  ///
  /// @throws ai.fovea.config.ConfigException with all that is wrong, one line each with key and line
  public static TrainingPlan of(Config config) {
    return of(config, Provided.load());
  }

  /// As [#of(Config)].
  ///
  /// @param provided losses and metrics beside Fovea's own
  public static TrainingPlan of(Config config, Provided provided) {
    var problems = new Problems();
    Optional<TrainingPlan> plan = read(config, provided, problems);
    problems.throwIfAny(ConfigException::new);
    return plan.orElseThrow();
  }

  /// All that is wrong with a configuration, one line each; empty where [#of] would return a plan.
  public static List<String> problems(Config config) {
    return findings(config).problems();
  }

  /// What a look at a configuration yields.
  ///
  /// @param problems all that is wrong, one line each
  /// @param warnings what most likely is not meant though a training can be done with it
  public record Findings(List<String> problems, List<String> warnings) {
    /// Copies the lists.
    public Findings {
      problems = List.copyOf(problems);
      warnings = List.copyOf(warnings);
    }
  }

  /// All that there is to say of a configuration.
  public static Findings findings(Config config) {
    var problems = new Problems();
    var sections = new Sections(Recipe.unchecked(config), Provided.load());
    sections.training(problems);
    sections.keys(problems);
    return new Findings(problems.all(), sections.warnings());
  }

  private static Optional<TrainingPlan> read(Config config, Provided provided, Problems problems) {
    var sections = new Sections(Recipe.unchecked(config), provided);
    Optional<TrainingPlan> plan = sections.training(problems);
    sections.keys(problems);
    return plan;
  }
}
