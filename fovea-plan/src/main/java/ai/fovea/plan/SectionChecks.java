package ai.fovea.plan;

import ai.fovea.config.Config;
import ai.fovea.config.Names;
import ai.fovea.data.BatchTransform;
import ai.fovea.graph.Graph;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Whether sections that are right by themselves go together. What does not is noted in the configuration; the result is for
/// [Part] alone.
final class SectionChecks {
  private SectionChecks() {}

  /// Notes an output to search with that the network does not have.
  static boolean searched(Config config, String features, Graph graph) {
    output(config, "Global.retrieval_feature_from", features, graph);
    return true;
  }

  /// Notes metrics that do not find what they are computed from.
  static boolean measured(
      Config config, String key, List<MetricPlan> metrics, Map<String, Graph> graphs) {
    for (int i = 0; i < metrics.size(); i++) {
      if (!(metrics.get(i) instanceof MetricPlan.TopkAcc topk)) {
        continue;
      }
      boolean one = topk.network().isEmpty();
      String of = key + "." + i + (one ? ".TopkAcc" : ".DistillationTopkAcc");
      if (one && graphs.size() > 1) {
        config.problem(
            of,
            "is for one network, there are "
                + words(graphs)
                + "; DistillationTopkAcc names one, e.g. model_key: "
                + graphs.keySet().iterator().next());
        continue;
      }
      String network = topk.network().orElse(graphs.keySet().iterator().next());
      Graph graph = graphs.get(network);
      if (graph == null) {
        absent(config, of + ".model_key", network, graphs);
      } else {
        output(config, one ? of : of + ".feature_key", topk.output(), graph);
      }
    }
    return true;
  }

  private static void absent(Config config, String key, String network, Map<String, Graph> graphs) {
    config.problem(
        key,
        "there is no network '%s'%s; there are %s"
            .formatted(network, Names.suggestion(network, graphs.keySet()), words(graphs)));
  }

  private static void output(Config config, String key, String output, Graph graph) {
    Set<String> there = graph.outputs().keySet();
    if (!there.contains(output)) {
      config.problem(
          key,
          "the network has no output '%s'%s; it has %s"
              .formatted(output, Names.suggestion(output, there), String.join(", ", there)));
    }
  }

  private static String words(Map<String, Graph> graphs) {
    return String.join(", ", graphs.keySet());
  }

  /// A line for each network that is not trained and has no weights: the others would learn noise from it.
  static List<String> teachersWithoutWeights(Config config, Architecture networks) {
    if (config.has("Global.pretrained_model") || config.has("Global.checkpoints")) {
      return List.of();
    }
    return networks.members().stream()
        .filter(m -> m.frozen() && m.pretrained().isEmpty() && m.backbonePretrained().isEmpty())
        // Those that would be downloaded are refused already.
        .filter(m -> !asksForWeights(m.section().value("pretrained").orElse(false)))
        .filter(_ -> !asksForWeights(config.value("Arch.pretrained_list").orElse(false)))
        .map(m ->
            ("%s: the network is frozen and has no weights, so that the others learn from random"
                    + " outputs; name some: -o %s.pretrained=FILE.pdparams")
                .formatted(m.section().path(), m.section().path()))
        .toList();
  }

  private static boolean asksForWeights(@Nullable Object value) {
    return switch (value) {
      case Boolean b -> b;
      case String s -> !s.isBlank() && !s.equalsIgnoreCase("none");
      case List<?> list -> list.stream().anyMatch(SectionChecks::asksForWeights);
      case null, default -> false;
    };
  }

  /// Notes where losses, mixed labels and heads do not go together.
  ///
  /// @param mixing the transforms that mix labels
  /// @param classes how many the network tells apart
  static boolean mixing(
      Config config,
      List<LossPlan> losses,
      Map<String, Graph> graphs,
      List<BatchTransform> mixing,
      OptionalInt classes) {
    String key = "DataLoader.Train.dataset.batch_transform_ops";
    if (mixing.size() > 1) {
      config.problem(key, "labels can be mixed once; draw one of several by OpSampler");
    }
    if (!mixing.isEmpty() && classes.orElse(0) < 1) {
      config.problem(key, "labels can't be mixed where the network names no classes");
    }
    if (!mixing.isEmpty()
        && graphs.values().stream().anyMatch(g -> g.inputs().containsKey("label"))) {
      config.problem(key, "labels can't be mixed for a head with a margin, which takes one class");
    }
    for (int i = 0; i < losses.size(); i++) {
      LossSettings settings = losses.get(i).settings();
      String of = "Loss.Train." + i + "." + losses.get(i).name();
      if (!mixing.isEmpty() && !settings.takesDistributions()) {
        config.problem(of, "takes no mixed labels (batch_transform_ops)");
      }
      if (!settings.isOneNumber()) {
        config.problem(of + ".reduction", "training needs one number a batch: mean or sum");
      }
    }
    return true;
  }

  /// Notes losses that do not find what they are computed from.
  static boolean outputs(Config config, List<LossPlan> losses, Map<String, Graph> graphs) {
    for (int i = 0; i < losses.size(); i++) {
      LossPlan loss = losses.get(i);
      String key = "Loss.Train." + i + "." + loss.name();
      Optional<String> output = loss.settings().output();
      if (output.isEmpty()) {
        continue;
      }
      var networks = loss.settings().networks();
      if (networks.isEmpty() && graphs.size() > 1) {
        config.problem(key, "is for one network, there are " + words(graphs));
        continue;
      }
      for (String network : networks.isEmpty() ? graphs.keySet() : networks) {
        Graph graph = graphs.get(network);
        if (graph == null) {
          absent(config, named(config, key, "model_name_pairs", "model_names"), network, graphs);
        } else {
          output(config, named(config, key, "key", "feature_from"), output.get(), graph);
        }
      }
    }
    return true;
  }

  /// The full path of the first of some keys of a section that is there, or of the section where none is.
  private static String named(Config config, String section, String... keys) {
    return Stream.of(keys)
        .map(key -> section + "." + key)
        .filter(config::has)
        .findFirst()
        .orElse(section);
  }
}
