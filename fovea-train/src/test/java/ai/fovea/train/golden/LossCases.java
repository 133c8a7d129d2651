package ai.fovea.train.golden;

import ai.fovea.config.ConfigException;
import ai.fovea.graph.NDArray;
import ai.fovea.plan.LossPlan;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.GoldenFile;
import ai.fovea.testkit.GoldenFormat;
import ai.fovea.testkit.Spec;
import ai.fovea.testkit.Tensors;
import ai.fovea.testkit.Verdict;
import ai.fovea.torch.Outputs;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.TorchParameters;
import ai.fovea.train.loss.CombinedLoss;
import ai.fovea.train.loss.LossContext;
import ai.fovea.train.loss.LossInput;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// `losses.json`: values and gradients of losses.
public final class LossCases implements GoldenFormat {
  private static final Set<String> BUILT =
      Set.of(
          "CELoss",
          "TripletLossV2",
          "TripletAngularMarginLoss",
          "CenterLoss",
          "DistillationCELoss",
          "DistillationGTCELoss",
          "DistillationDMLLoss",
          "DistillationDISTLoss");

  @Override
  public String name() {
    return "losses";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    return CaseFile.any(
        content, c -> c.path("loss").isString() && (c.has("batch") || c.has("steps")));
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) {
    results(file).forEach(sink);
  }

  /// Runs every case of `file`.
  private static List<CaseResult> results(Path file) {
    return CaseFile.cases(CaseFile.read(file)).stream().map(c -> run(c, file.toString())).toList();
  }

  private static CaseResult run(JsonNode c, String where) {
    String name = c.path("name").asString();
    String loss = c.path("loss").asString();
    // A list of losses, or one loss that is to be a list.
    List<?> section =
        loss.equals("CombinedLoss")
            ? (List<?>) GoldenFile.plain(c.path("params"))
            : List.of(Map.of(loss, GoldenFile.plain(c.path("params"))));
    if (c.has("reference_raises")) {
      try {
        CombinedLoss.of(AsYaml.config(Map.of("Loss", section)), "Loss", LossContext.PLAIN);
        return CaseResult.failed(name, "an error", "none", where);
      } catch (ConfigException e) {
        return CaseResult.passed(name, where);
      }
    }
    if (c.path("params").path("weight_ratio").asBoolean(false)) {
      return CaseResult.skipped(name, "several labels an image are not built yet", where);
    }
    Optional<String> missing =
        section.stream()
            .flatMap(item -> ((Map<?, ?>) item).keySet().stream())
            .map(Object::toString)
            .filter(l -> !BUILT.contains(l))
            .findFirst();
    return missing.isPresent()
        ? CaseResult.skipped(name, "not built yet: " + missing.get(), where)
        : Verdict.of(
            name,
            where,
            v ->
                check(
                    c,
                    CombinedLoss.of(
                        AsYaml.config(Map.of("Loss", section)), "Loss", LossContext.PLAIN),
                    v));
  }

  private static void check(JsonNode c, CombinedLoss loss, Verdict verdict) {
    try (var _ = new TensorScope();
        var parameters = TorchParameters.initialize(loss.parameters(), new SplittableRandom(0))) {
      parameters.load(state(c));
      var leaves = new LinkedHashMap<String, Tensor>();
      var networks = new LinkedHashMap<String, Map<String, Tensor>>();
      JsonNode input = c.path("input");
      if (loss.losses().stream().anyMatch(l -> l.name().startsWith("Distillation"))) {
        input
            .properties()
            .forEach(e -> networks.put(e.getKey(), outputs(e.getValue(), e.getKey(), leaves)));
      } else {
        networks.put("", outputs(input, "", leaves));
      }
      Map<String, Tensor> values =
          loss.values(
              new LossInput(
                  Outputs.ofNetworks(networks),
                  Map.of("label", Engines.tensor(c.path("batch"))),
                  parameters::get));
      Tensor total = Objects.requireNonNull(values.get("loss"));
      // Where the reference drops a weight or a part, the file has the value that the list means.
      JsonNode intended =
          c.has("loss_if_weighted") ? c.path("loss_if_weighted") : c.path("loss_if_summed");
      double tolerance = 2 * Spec.VALUES;
      if (intended.isMissingNode()) {
        for (var e : c.path("expected").properties()) {
          Tensor got = e.getKey().equals("value") ? total : values.get(e.getKey());
          verdict.that(got != null, e.getKey(), "a value", "none");
          if (got != null) {
            verdict.check(
                e.getKey(), Spec.difference(e.getValue(), got.detach().toArray(), tolerance, 1));
          }
        }
      } else {
        verdict.check("loss", Spec.difference(intended, total.detach().toArray(), tolerance, 1));
      }
      if (c.has("loss_if_summed")) {
        return; // the gradients are those of the part that the reference keeps
      }
      total.sum().backward();
      double share =
          c.has("loss_if_weighted")
              ? intended.asDouble() / c.path("expected").path("loss").asDouble()
              : 1;
      for (var e : c.path("grads").properties()) {
        String key = e.getKey();
        Tensor leaf =
            key.startsWith("state/")
                ? parameters.get(parameter(c, key.substring("state/".length())))
                : leaves.get(key.equals("input") ? "" : key.replace("input/", ""));
        gradient(key, e.getValue(), leaf, share, verdict);
      }
    }
  }

  /// Of a list of losses, the file has full names.
  private static String parameter(JsonNode c, String name) {
    return c.path("loss").asString().equals("CombinedLoss") ? name : LossPlan.prefix(0) + name;
  }

  /// What the loss learns, as the file has it.
  private static Map<String, NDArray> state(JsonNode c) {
    var all = new LinkedHashMap<String, NDArray>();
    for (var e : c.path("state").properties()) {
      int[] dims = Tensors.dims(e.getValue().path("shape"));
      String seed = e.getValue().path("param").asString();
      all.put(
          parameter(c, e.getKey()),
          NDArray.of(Golden.parameter(e.getKey(), seed, dims, c.path("gain").asDouble(1)), dims));
    }
    return all;
  }

  /// The outputs of a network: one tensor, the logits, or several by name.
  ///
  /// @param path of the node in the file
  /// @param leaves receives those that get a gradient, by path
  private static Map<String, Tensor> outputs(
      JsonNode node, String path, Map<String, Tensor> leaves) {
    var all = new LinkedHashMap<String, Tensor>();
    if (node.has("shape")) {
      all.put("logits", leaf(node, path, leaves));
    } else {
      String parent = path.isEmpty() ? "" : path + "/";
      node.properties()
          .forEach(e -> all.put(e.getKey(), leaf(e.getValue(), parent + e.getKey(), leaves)));
    }
    return all;
  }

  private static Tensor leaf(JsonNode spec, String path, Map<String, Tensor> leaves) {
    Tensor tensor = Engines.tensor(spec);
    if (!spec.path("const").asBoolean(false)) {
      tensor.requireGrad();
    }
    leaves.put(path, tensor);
    return tensor;
  }

  private static void gradient(
      String of,
      JsonNode expected,
      @org.jspecify.annotations.Nullable Tensor leaf,
      double share,
      Verdict verdict) {
    if (leaf == null) {
      verdict.that(false, of, "a tensor of that name", "none");
      return;
    }
    Optional<Tensor> gradient = leaf.grad();
    if (expected.isNull() || gradient.isEmpty()) {
      verdict.that(
          expected.isNull() == gradient.isEmpty(), "gradient of " + of, "" + expected, "another");
      return;
    }
    verdict.check(
        "gradient of " + of,
        Spec.difference(expected, gradient.get().toArray(), Spec.GRADIENTS, share));
  }
}
