package ai.fovea.conformance;

import ai.fovea.testkit.CaseResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// A form of golden file that can be run. Files are known by their content, so they may have any name.
///
/// @param name for people
/// @param accepts whether a file, of which the parsed content is given, has this form
/// @param runner runs the file and hands each result on as soon as it is there
record Format(String name, BiPredicate<Path, JsonNode> accepts, Runner runner) {
  /// Runs a file.
  interface Runner {
    void run(Path file, Consumer<CaseResult> sink) throws IOException;
  }

  /// Gives all results of a file at once.
  interface Whole {
    List<CaseResult> run(Path file) throws IOException;
  }

  /// All forms of one JSON object a file. More of them are added here.
  static final List<Format> ALL =
      List.of(
          of("Faiss indexes", FaissCases::accepts, FaissCases::run),
          of("data of Faiss indexes", FaissCases::isData, FaissCases::data),
          of("damaged Faiss indexes", FaissFileCases::isDamage, FaissFileCases::damage),
          of("rare Faiss indexes", FaissFileCases::isExtra, FaissFileCases::extra),
          of("id maps", IdMapCases::accepts, IdMapCases::run),
          of("galleries of PaddleX", PaddleXCases::accepts, PaddleXCases::run),
          of("gallery manager", ManagerCases::accepts, ManagerCases::run),
          of("transforms", TransformCases::accepts, TransformCases::run),
          of("augmentations", AugmentCases::accepts, AugmentCases::run),
          of("data sets", all("dataset", "args", "id"), ListCases::run),
          of("configurations", Format::isConfiguration, ConfigCases::run),
          of(
              "learning rates",
              all("config", "epochs", "step_each_epoch").and(none("grad_scale", "problem")),
              ScheduleCases::run),
          of("samplers", all("sampler"), SamplerCases::run),
          of("checkpoints", CheckpointCases::accepts, CheckpointCases::run),
          of("batch transforms", BatchTransformCases::accepts, BatchTransformCases::run),
          of("losses", LossCases::accepts, LossCases::run),
          of("optimizers", OptimizerCases::accepts, OptimizerCases::run),
          of("gears in training", GearTrainCases::accepts, GearTrainCases::run),
          of("trajectories", TrajectoryCases::accepts, TrajectoryCases::run),
          of("metrics", any("metric", "feature_rule", "kind"), MetricCases::run));

  private static Format of(String name, Predicate<JsonNode> accepts, Whole runner) {
    return of(name, (_, content) -> accepts.test(content), runner);
  }

  private static Format of(String name, BiPredicate<Path, JsonNode> accepts, Whole runner) {
    return new Format(name, accepts, (file, sink) -> runner.run(file).forEach(sink));
  }

  /// The form of a file.
  static Optional<Format> of(Path file, JsonNode content) {
    return ALL.stream().filter(f -> f.accepts.test(file, content)).findFirst();
  }

  /// Every case has these fields.
  private static Predicate<JsonNode> all(String... fields) {
    return file -> {
      List<JsonNode> cases = CaseFile.cases(file);
      return !cases.isEmpty()
          && cases.stream().allMatch(c -> List.of(fields).stream().allMatch(c::has));
    };
  }

  /// No case has any of these fields.
  private static Predicate<JsonNode> none(String... fields) {
    return file ->
        CaseFile.cases(file).stream().noneMatch(c -> List.of(fields).stream().anyMatch(c::has));
  }

  /// Some case has one of these fields.
  private static Predicate<JsonNode> any(String... fields) {
    return none(fields).negate();
  }

  /// Options over a YAML text, or parsed YAML files by their names.
  private static boolean isConfiguration(JsonNode file) {
    if (file.has("cases")) {
      return (file.has("yaml") || file.has("base_yaml")) && any("options", "overrides").test(file);
    }
    return file.isObject()
        && !file.isEmpty()
        && file.propertyNames().stream().allMatch(n -> n.endsWith(".yaml") || n.endsWith(".yml"));
  }
}
