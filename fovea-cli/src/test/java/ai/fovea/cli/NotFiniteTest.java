package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.cli.text.Json;
import ai.fovea.graph.Contraction;
import ai.fovea.graph.DType;
import ai.fovea.graph.Init;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Param;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.onnx.OnnxNetwork;
import ai.fovea.onnx.OnnxWeights;
import ai.fovea.onnx.OnnxWriter;
import ai.fovea.recognize.ModelFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Numbers that are not finite are found where weights come in and where outputs go out, and JSON holds no texts for them.
@Tag("native")
class NotFiniteTest {
  @TempDir Path folder;

  /// A network with one weight of these values.
  private static OnnxNetwork network(float... values) {
    Scope scope = Scope.root();
    var image = scope.input("image", Shape.batch(values.length), DType.FLOAT32);
    Param weight = scope.param("fc.weight", Shape.of(values.length, 1), new Init.Constant(0));
    var out = scope.apply(new Contraction.Linear(), List.of(image), List.of(weight));
    var graph = scope.graph(Map.of("out", out));
    return OnnxWriter.write(
        graph, Map.of("fc.weight", NDArray.of(values, values.length, 1)), Map.of());
  }

  @Test
  void weightsOfAModelFolderAreLookedAt() throws Exception {
    assertThat(OnnxWeights.notFinite(network(1, 2))).isEmpty();
    assertThat(OnnxWeights.notFinite(network(1, Float.NaN))).containsExactly("fc.weight");
    assertThat(OnnxWeights.notFinite(network(1, Float.POSITIVE_INFINITY)))
        .containsExactly("fc.weight");
    assertThat(OnnxWeights.notFinite(network(0, Float.NEGATIVE_INFINITY))).isEmpty(); // a mask
    assertThat(OnnxWeights.notFinite(OnnxNetwork.of(new byte[] {1, 2, 3}))).isEmpty();

    Path model = Tiny.embedder(folder.resolve("model"));
    network(Float.NaN).write(model.resolve(ModelFolder.NETWORK));
    Path image = Tiny.flag(folder.resolve("a.png"), 1);
    Ran.run("predict", "--model", model, image).failsWith("not finite numbers: fc.weight");
  }

  @Test
  void outputsThatAreNoNumbersAreAProblemOfTheirImageAlone() throws Exception {
    for (boolean classifier : new boolean[] {true, false}) {
      // 0 / 0 where an image is black, though no weight is wrong.
      Path model = Tiny.divided(folder.resolve("model" + classifier), classifier);
      Path black = Tiny.black(folder.resolve("black.png"));
      Path good = Tiny.flag(folder.resolve("good.png"), 1);
      Ran ran = Ran.run("predict", "--json", "--model", model, black, good).ends(1);
      assertThat(ran.err()).contains("black.png: the model's outputs are not finite numbers");
      assertThat(ran.json().path("images").size()).isEqualTo(1);
      assertThat(ran.json().path("problems").size()).isEqualTo(1);
      assertThat(ran.out()).doesNotContain("NaN");
    }
  }

  @Test
  void jsonHasNoTextsForNumbers() {
    var values = new LinkedHashMap<String, Object>();
    values.put("a", Double.NaN);
    values.put("b", Float.POSITIVE_INFINITY);
    values.put("c", new float[] {1.5f, Float.NaN});
    values.put("d", new double[] {Double.NEGATIVE_INFINITY, 2});
    values.put("e", List.of(0.25f, 1e-7));
    values.put("f", Map.of("g", -0.0));
    assertThat(Json.write(values).replaceAll("\\s", ""))
        .isEqualTo(
            "{\"a\":null,\"b\":null,\"c\":[1.5,null],\"d\":[null,2.0],\"e\":[0.25,1.0E-7],"
                + "\"f\":{\"g\":-0.0}}");
  }
}
