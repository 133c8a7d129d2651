package ai.fovea.conformance;

import ai.fovea.config.ConfigException;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.GoldenFile;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.train.loss.CombinedLoss;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// `losses.json`: values and gradients of losses.
public final class LossCases {
  private static final Set<String> BUILT =
      Set.of("CELoss", "TripletLossV2", "TripletAngularMarginLoss");

  private LossCases() {}

  /// Whether a file holds such cases.
  public static boolean accepts(Path path, JsonNode file) {
    return Verdict.any(file, c -> c.path("loss").isString() && (c.has("batch") || c.has("steps")));
  }

  /// Runs every case of `file`.
  public static List<CaseResult> run(Path file) {
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
        CombinedLoss.of(AsYaml.config(Map.of("Loss", section)), "Loss");
        return CaseResult.failed(name, "an error", "none", where);
      } catch (ConfigException e) {
        return CaseResult.passed(name, where);
      }
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
            v -> check(c, CombinedLoss.of(AsYaml.config(Map.of("Loss", section)), "Loss"), v));
  }

  private static void check(JsonNode c, CombinedLoss loss, Verdict verdict) {
    try (var _ = new TensorScope()) {
      var inputs = new LinkedHashMap<String, Tensor>();
      JsonNode input = c.path("input");
      boolean named = input.isObject() && !input.has("shape");
      if (named) {
        input.properties().forEach(e -> inputs.put(e.getKey(), Spec.tensor(e.getValue())));
      } else {
        inputs.put("logits", Spec.tensor(input));
      }
      inputs.forEach((key, tensor) -> {
        if (!(named ? input.path(key) : input).path("const").asBoolean(false)) {
          tensor.requireGrad();
        }
      });
      Map<String, Tensor> values = loss.values(inputs, Spec.tensor(c.path("batch")));
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
        String key = e.getKey().equals("input") ? "logits" : e.getKey().replace("input/", "");
        gradient(e.getKey(), e.getValue(), inputs.get(key), share, verdict);
      }
    }
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
