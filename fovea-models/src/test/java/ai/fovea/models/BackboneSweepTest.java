package ai.fovea.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.graph.Graph;
import ai.fovea.graph.Node;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Param;
import ai.fovea.graph.Summary;
import ai.fovea.testkit.GoldenFile;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Builds every network and every construction of the reference's configurations, and compares names, shapes,
/// kinds, norms, parameters and multiply-adds with golden numbers.
class BackboneSweepTest {
  @TestFactory
  Stream<DynamicTest> namesShapesAndNorms() throws URISyntaxException {
    var file = Objects.requireNonNull(getClass().getResource("networks.jsonl.gz"));
    return GoldenFile.records(Path.of(file.toURI())).stream()
        .map(r -> DynamicTest.dynamicTest(r.get("name").asString(), () -> compare(r)));
  }

  @Test
  void everyListedNetworkHasARecord() throws URISyntaxException {
    var file = Objects.requireNonNull(getClass().getResource("networks.jsonl.gz"));
    assertThat(
            GoldenFile.records(Path.of(file.toURI())).stream().map(r -> r.get("arch").asString()))
        .containsAll(
            Models.cards().stream()
                .filter(card -> !card.family().equals("Tests"))
                .map(ModelCard::name)
                .toList());
  }

  private static void compare(JsonNode golden) {
    var arch = new LinkedHashMap<String, Object>();
    arch.put("name", golden.get("arch").asString());
    ((Map<?, ?>) GoldenFile.plain(golden.get("args")))
        .forEach((k, v) -> arch.put(String.valueOf(k), v));
    JsonNode shape = golden.get("input_shape");
    int at = "NHWC".equals(arch.get("data_format")) ? 1 : 2;
    Graph graph =
        Models.build(arch, new Size(shape.get(at).asInt(), shape.get(at + 1).asInt()), true);

    var expected = new TreeMap<String, String>();
    for (JsonNode p : golden.get("params")) {
      String kind = p.get(3).asString();
      expected.put(
          p.get(0).asString(),
          p.get(1).toString().replace(",", ", ") + " " + p.get(2).asString() + " " + kind);
    }
    var got = new TreeMap<String, String>();
    Stream.concat(graph.params().stream(), graph.unusedParameters().stream())
        .filter(Param::stored)
        .forEach(p -> got.put(p.name(), p.shape() + " " + p.dtype().text() + " " + kind(p.kind())));
    assertThat(got).containsExactlyEntriesOf(expected);

    var norms = new HashMap<String, Integer>();
    for (JsonNode bn : golden.get("layers").get("bn")) {
      norms.merge(
          "bn "
              + bn.get(1).asDouble()
              + " "
              + bn.get(2).asDouble()
              + " "
              + bn.get(3).asBoolean(false),
          bn.get(4).asInt(),
          Integer::sum);
    }
    for (JsonNode ln : golden.get("layers").get("norm")) {
      norms.merge("norm " + ln.get(1).asDouble(), ln.get(2).asInt(), Integer::sum);
    }
    var ours = new HashMap<String, Integer>();
    for (Node node : graph.nodes()) {
      switch (node.op()) {
        case Normalization.BatchNorm b ->
            ours.merge(
                "bn " + b.momentum() + " " + b.epsilon() + " " + b.globalStats(), 1, Integer::sum);
        case Normalization.LayerNorm l -> ours.merge("norm " + l.epsilon(), 1, Integer::sum);
        default -> {}
      }
    }
    assertThat(ours).isEqualTo(norms);
    compareSize(golden, graph);
  }

  private static void compareSize(JsonNode golden, Graph graph) {
    Summary summary = Summary.of(graph);
    long spare = graph.unusedParameters().stream().mapToLong(p -> p.shape().size()).sum();
    assertThat(summary.parameters() + spare).isEqualTo(golden.get("total_params").asLong());
    if (golden.hasNonNull("macs_conv_linear")) {
      assertThat(summary.convolutionMacs())
          .isEqualTo(
              golden.get("macs_conv_linear").asLong() / golden.get("input_shape").get(0).asLong());
    }
  }

  private static String kind(Param.Kind kind) {
    return switch (kind) {
      case TRAINED -> "p";
      case FROZEN -> "f";
      case STATISTIC -> "s";
      case CONSTANT -> "k";
    };
  }
}
