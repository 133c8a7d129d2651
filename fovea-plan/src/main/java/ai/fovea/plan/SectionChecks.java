package ai.fovea.plan;

import ai.fovea.config.Config;
import ai.fovea.data.BatchTransform;
import ai.fovea.graph.Graph;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Whether sections that are right by themselves go together. What does not is noted in the configuration; the result is for
/// [Part] alone.
final class SectionChecks {
  private SectionChecks() {}

  /// Notes metrics that do not find what they are computed from.
  static boolean measured(
      Config config, String key, List<MetricPlan> metrics, Map<String, Graph> graphs) {
    for (MetricPlan metric : metrics) {
      if (metric instanceof MetricPlan.TopkAcc topk) {
        if (topk.network().isEmpty() && graphs.size() > 1) {
          config.problem(
              key,
              "TopkAcc is for one network, there are "
                  + graphs.keySet()
                  + "; DistillationTopkAcc names one, e.g. model_key: "
                  + graphs.keySet().iterator().next());
          continue;
        }
        String network = topk.network().orElse(graphs.keySet().iterator().next());
        Graph graph = graphs.get(network);
        if (graph == null) {
          config.problem(
              key, "there is no network '" + network + "' here; there are " + graphs.keySet());
        } else if (!graph.outputs().containsKey(topk.output())) {
          config.problem(
              key,
              "needs the output '"
                  + topk.output()
                  + "'; the network has "
                  + graph.outputs().keySet());
        }
      }
    }
    return true;
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
        config.problem(key, loss.name() + " is for one network, there are " + graphs.keySet());
        continue;
      }
      for (String network : networks.isEmpty() ? graphs.keySet() : networks) {
        Graph graph = graphs.get(network);
        if (graph == null) {
          config.problem(
              key,
              loss.name() + " needs the network '" + network + "'; there are " + graphs.keySet());
        } else if (!graph.outputs().containsKey(output.get())) {
          config.problem(
              key,
              loss.name()
                  + " needs the output '"
                  + output.get()
                  + "'; the network has "
                  + graph.outputs().keySet());
        }
      }
    }
    return true;
  }
}
