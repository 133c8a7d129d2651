package ai.fovea.plan;

import ai.fovea.base.Problems;
import ai.fovea.config.Config;
import ai.fovea.config.Device;
import ai.fovea.data.BatchTransform;
import ai.fovea.data.BatchTransforms;
import ai.fovea.data.SamplerPlan;
import ai.fovea.data.Samplers;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Op;
import ai.fovea.graph.Param;
import ai.fovea.graph.Value;
import ai.fovea.image.transform.Preprocessing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Every section of a configuration, each read once and by itself. Whoever trains, measures or exports takes those that it needs,
/// with their problems; the keys of the others are read all the same, so that a misspelt one is found.
final class Sections {
  private final Recipe recipe;
  private final Config config;
  private final List<String> notes = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final Part<Boolean> global;
  private final Part<Architecture> architecture;
  private final Part<Optional<Graph>> serving;
  private final Part<Map<String, Graph>> networks;
  private final Part<List<BatchTransform>> transforms;
  private final DataParts train;
  private final Part<SamplerPlan> sampler;
  private final Part<List<LossPlan>> losses;
  private final Part<List<OptimizerPlan>> optimizers;
  private final Part<List<MetricPlan>> trainMetrics;
  private final List<DataParts> evaluated;
  private final Part<List<MetricPlan>> evalMetrics;

  /// @param recipe whose problems are noted in its configuration, see [Recipe#unchecked]
  Sections(Recipe recipe, Provided provided) {
    this.recipe = recipe;
    this.config = recipe.config();
    Device.note(config.at("Global")).ifPresent(notes::add);
    var own = new Problems();
    own.collect(() -> config.check()); // what was noted by the recipe
    this.global = new Part<>(Optional.of(true), own.all());
    boolean named = recipe.arch().has("name");
    this.architecture = named ? architecture() : new Part<>(Optional.empty(), List.of());
    if (global.problems().stream().noneMatch(p -> p.startsWith("Global.epochs: "))) {
      warnings.addAll(OptimizerPlan.notes(config, recipe.epochs()));
    }
    architecture
        .value()
        .ifPresent(a -> warnings.addAll(SectionChecks.teachersWithoutWeights(config, a)));
    this.serving = Part.of(config, _ -> architecture.value().map(this::served));
    if (serving.value().isEmpty()) {
      config.value("Arch"); // what is told of it is enough
    }
    this.train = DataParts.training(config, "DataLoader.Train");
    // Where the size is not known, all else about the network can be looked at all the same.
    Op.Size size =
        train
            .preparing()
            .value()
            .flatMap(Preprocessing::outputShape)
            .map(s -> new Op.Size(s[1], s[2]))
            .orElse(recipe.imageSize());
    this.networks =
        Part.of(
            config, _ -> serving.value().flatMap(o -> o).map(_ -> trained(size)).orElse(Map.of()));
    this.transforms = Part.of(config, this::transforms);
    this.sampler = Part.of(config, c -> Samplers.read(c.at("DataLoader.Train.sampler")));
    this.losses = Part.of(config, c -> LossPlan.read(c, "Loss.Train", provided));
    this.optimizers = Part.of(config, c -> OptimizerPlan.read(c, recipe.epochs()));
    this.trainMetrics =
        Part.of(config, c -> MetricPlan.classification(c, "Metric.Train", provided));
    this.evaluated = keysOfLists().stream().map(this::evaluated).toList();
    this.evalMetrics =
        Part.of(
            config,
            c ->
                recipe.retrieval()
                    ? MetricPlan.retrieval(c, "Metric.Eval", provided)
                    : MetricPlan.classification(c, "Metric.Eval", provided));
  }

  /// The networks, also where weights that they name can't be had: all else about them can be looked at all the same.
  private Part<Architecture> architecture() {
    Config apart = config.apart();
    var own = new Problems();
    Architecture read =
        Architecture.of(apart, recipe.archPretrained(), recipe.backbonePretrained());
    own.collect(() -> apart.check());
    return new Part<>(Optional.of(read), own.all());
  }

  /// The graph that is evaluated; the others are built, too, for what is wrong with them.
  private Graph served(Architecture networks) {
    Config.all(
        networks.members().stream()
            .<Runnable>map(m -> () -> m.serving(recipe.imageSize()))
            .toArray(Runnable[]::new));
    return networks.served().serving(recipe.imageSize());
  }

  private List<Architecture.Member> members() {
    return architecture.value().map(Architecture::members).orElse(List.of());
  }

  /// The graphs that are trained, by name.
  private Map<String, Graph> trained(Op.Size size) {
    Map<String, Graph> all = new LinkedHashMap<>();
    for (Architecture.Member m : members()) {
      all.put(m.name(), m.training(size, recipe.freezeNormStats()));
    }
    return all;
  }

  /// Changes to whole batches; `batch_transform_ops` stands in one of two places.
  private List<BatchTransform> transforms(Config from) {
    List<BatchTransform> all = new ArrayList<>();
    for (String section : List.of("DataLoader.Train.dataset", "DataLoader.Train")) {
      if (from.has(section + ".batch_transform_ops")) {
        all.addAll(
            BatchTransforms.read(from.at(section), "batch_transform_ops", classes().orElse(0)));
      }
    }
    return all;
  }

  private List<String> keysOfLists() {
    return recipe.retrieval()
        ? List.of("DataLoader.Eval.Query", "DataLoader.Eval.Gallery")
        : List.of("DataLoader.Eval");
  }

  private DataParts evaluated(String key) {
    // Every image is measured once, in the order of the list, whatever these say.
    config.has(key + ".sampler.name");
    config.has(key + ".sampler.shuffle");
    if (config.value(key + ".sampler.drop_last").orElse(false).equals(true)) {
      notes.add(key + ".sampler.drop_last: no image is left out of a measurement");
    }
    return DataParts.evaluation(
        config,
        key,
        recipe.hasImageShape()
            ? Optional.of(new int[] {3, recipe.imageSize().h(), recipe.imageSize().w()})
            : Optional.empty());
  }

  /// What training needs.
  ///
  /// @param problems gets all that is wrong with it
  /// @return empty where anything is
  Optional<TrainingPlan> training(Problems problems) {
    common(problems);
    problems.addAll(Unsupported.problems(config, true));
    networks.tell(problems);
    train.tell(problems);
    transforms.tell(problems);
    losses.tell(problems);
    trainMetrics.tell(problems);
    sampler.tell(problems);
    optimizers.tell(problems);
    networks
        .value()
        .filter(all -> !all.isEmpty())
        .ifPresent(graphs ->
            losses
                .value()
                .ifPresent(all -> {
                  problems.addAll(
                      Part.of(config, c -> SectionChecks.outputs(c, all, graphs)).problems());
                  problems.addAll(
                      Part.of(
                              config,
                              c -> SectionChecks.mixing(c, all, graphs, mixing(), classes()))
                          .problems());
                  optimizers
                      .value()
                      .ifPresent(o ->
                          problems.addAll(Part.of(config, _ -> scopes(o, all, graphs)).problems()));
                }));
    networks
        .value()
        .filter(all -> !all.isEmpty())
        .ifPresent(graphs ->
            trainMetrics
                .value()
                .ifPresent(all ->
                    problems.addAll(
                        Part.of(config, c -> SectionChecks.measured(c, "Metric.Train", all, graphs))
                            .problems())));
    Optional<EvaluationPlan> evaluation =
        recipe.evalDuringTrain() ? evaluation(problems) : Optional.empty();
    if (!problems.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new TrainingPlan(
            recipe,
            networks.value().orElseThrow(),
            train.plan().orElseThrow(),
            transforms.value().orElseThrow(),
            sampler.value().orElseThrow(),
            losses.value().orElseThrow(),
            optimizers.value().orElseThrow(),
            trainMetrics.value().orElseThrow(),
            evaluation));
  }

  /// What a measurement needs.
  ///
  /// @param problems gets all that is wrong with it
  /// @return empty where anything is
  Optional<EvaluationPlan> evaluation(Problems problems) {
    common(problems);
    problems.addAll(Unsupported.problems(config, false));
    evaluated.forEach(part -> part.tell(problems));
    evalMetrics.tell(problems);
    serving
        .value()
        .flatMap(o -> o)
        .filter(_ -> !recipe.retrieval())
        .ifPresent(graph ->
            evalMetrics
                .value()
                .ifPresent(all ->
                    problems.addAll(
                        Part.of(
                                config,
                                c ->
                                    SectionChecks.measured(
                                        c, "Metric.Eval", all, Map.of(servedName(), graph)))
                            .problems())));
    if (!problems.isEmpty()) {
      return Optional.empty();
    }
    List<DataPlan> data = evaluated.stream().map(p -> p.plan().orElseThrow()).toList();
    List<MetricPlan> metrics = evalMetrics.value().orElseThrow();
    return Optional.of(
        new EvaluationPlan(
            recipe,
            serving.value().orElseThrow().orElseThrow(),
            data.getFirst(),
            data.stream().skip(1).findFirst(),
            metrics.isEmpty() ? MetricPlan.standard(recipe.retrieval()) : metrics));
  }

  /// What every use of a network needs: export nothing more.
  void common(Problems problems) {
    global.tell(problems);
    architecture.tell(problems);
    serving.tell(problems);
    serving
        .value()
        .flatMap(o -> o)
        .filter(_ -> recipe.retrieval())
        .ifPresent(graph ->
            problems.addAll(
                Part.of(config, c -> SectionChecks.searched(c, recipe.features(), graph))
                    .problems()));
  }

  /// The keys that nothing reads, now that every section was.
  void keys(Problems problems) {
    Unsupported.problems(config, true); // so that what only training reads counts as read
    problems.addAll(UnreadKeys.problems(config));
  }

  /// What a user should know though nothing is wrong.
  List<String> notes() {
    return List.copyOf(notes);
  }

  /// What most likely is not meant though a training can be done with it.
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /// The key that says how many classes the network tells apart.
  String classesKey() {
    return architecture
        .value()
        .map(a -> a.served().section())
        .map(s -> s.has("Head") ? s.path() + ".Head.class_num" : s.path() + ".class_num")
        .orElse("Arch.class_num");
  }

  /// How many classes the network tells apart, where it does.
  OptionalInt classes() {
    return serving
        .value()
        .flatMap(o -> o)
        .map(g -> g.outputs().get("logits"))
        .map(Value::shape)
        .map(shape -> OptionalInt.of(shape.size(shape.rank() - 1)))
        .orElse(OptionalInt.empty());
  }

  Recipe recipe() {
    return recipe;
  }

  DataParts train() {
    return train;
  }

  Optional<SamplerPlan> sampler() {
    return sampler.value();
  }

  List<DataParts> evaluated() {
    return evaluated;
  }

  /// The parameters of each optimizer. Those of losses that are not Fovea's own are not known here, so that a scope of theirs is
  /// not looked at.
  private List<List<String>> scopes(
      List<OptimizerPlan> optimizers, List<LossPlan> losses, Map<String, Graph> graphs) {
    List<Param> params = new ArrayList<>();
    members()
        .forEach(m -> {
          Graph graph = graphs.get(m.name());
          if (graph != null && !m.frozen()) {
            graph.params().forEach(p -> params.add(p.withName(m.prefix() + p.name())));
          }
        });
    var elsewhere = new ArrayList<String>();
    for (int i = 0; i < losses.size(); i++) {
      String prefix = LossPlan.prefix(i);
      losses.get(i).settings().parameters().forEach(p -> params.add(p.withName(prefix + p.name())));
      if (losses.get(i).settings() instanceof LossSettings.Other) {
        elsewhere.add(losses.get(i).name());
      }
    }
    return OptimizerPlan.scopes(
        optimizers.stream().filter(o -> !elsewhere.contains(o.scope())).toList(),
        params,
        losses.stream().map(LossPlan::name).toList(),
        recipe.arch().text("name"));
  }

  private List<BatchTransform> mixing() {
    return transforms.value().orElse(List.of()).stream()
        .filter(BatchTransform::mixesLabels)
        .toList();
  }

  private String servedName() {
    return architecture.value().map(a -> a.served().name()).orElse("");
  }
}
