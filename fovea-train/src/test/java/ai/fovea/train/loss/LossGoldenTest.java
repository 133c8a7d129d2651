package ai.fovea.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.testkit.Golden;
import ai.fovea.testkit.Shared;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("native")
class LossGoldenTest {
  private static final Set<String> BUILT =
      Set.of("CELoss", "TripletLossV2", "TripletAngularMarginLoss");
  private static final JsonMapper JSON = new JsonMapper();

  @TestFactory
  List<DynamicTest> valuesAndGradientsOfTheReference() {
    JsonNode cases = JSON.readTree(Shared.path("golden/train/losses.json").toFile()).path("cases");
    return cases
        .valueStream()
        .filter(c -> BUILT.contains(c.path("loss").asString()) && c.has("expected"))
        .map(c -> DynamicTest.dynamicTest(c.path("name").asString(), () -> check(c)))
        .toList();
  }

  private static void check(JsonNode c) {
    try (var _ = new TensorScope()) {
      var settings = JSON.convertValue(c.path("params"), Map.class);
      var loss = CombinedLoss.of(List.of(Map.of(c.path("loss").asString(), settings)));
      var outputs = new LinkedHashMap<String, Tensor>();
      JsonNode input = c.path("input");
      if (input.has("gen") || input.has("f32")) {
        outputs.put("logits", tensor(input));
      } else {
        input.properties().forEach(e -> outputs.put(e.getKey(), tensor(e.getValue())));
      }
      outputs.values().forEach(Tensor::requireGrad);
      Tensor value = loss.values(outputs, tensor(c.path("batch"))).get("loss");
      JsonNode expected = c.path("expected").path(c.path("loss").asString());
      float[] got = value.toFloats();
      float[] wanted =
          expected.isNumber() ? new float[] {expected.floatValue()} : floats(expected.path("data"));
      assertThat(got).hasSize(wanted.length);
      for (int i = 0; i < got.length; i++) {
        assertThat(got[i]).isCloseTo(wanted[i], within(2e-5f * Math.max(1, Math.abs(wanted[i]))));
      }
      value.sum().backward();
      for (var e : c.path("grads").properties()) {
        String key = e.getKey().replaceFirst("^input/?", "");
        Tensor leaf = outputs.get(key.isEmpty() ? "logits" : key);
        if (leaf == null || e.getValue().isNull()) {
          continue;
        }
        float[] gradient = leaf.grad().orElseThrow().toFloats();
        double l2 = e.getValue().path("l2").asDouble();
        assertThat(Golden.l2(gradient))
            .as("l2 of " + e.getKey())
            .isCloseTo(l2, within(1e-4 * l2 + 1e-7));
        assertThat(Golden.probe(gradient))
            .as("probe of " + e.getKey())
            .isCloseTo(e.getValue().path("probe").asDouble(), within(1e-4 * l2 + 1e-7));
      }
    }
  }

  private static Tensor tensor(JsonNode spec) {
    int[] dims = JSON.convertValue(spec.path("shape"), int[].class);
    if (spec.has("i64")) {
      return Tensor.of(JSON.convertValue(spec.path("i64"), long[].class), dims);
    }
    if (spec.has("f32")) {
      return Tensor.of(floats(spec.path("f32")), dims);
    }
    int n = 1;
    for (int d : dims) {
      n *= d;
    }
    return Tensor.of(
        Golden.values(
            spec.path("gen").asString(),
            n,
            spec.path("scale").asDouble(1),
            spec.path("shift").asDouble(0)),
        dims);
  }

  private static float[] floats(JsonNode node) {
    return JSON.convertValue(node, float[].class);
  }
}
