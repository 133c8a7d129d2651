package ai.fovea.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op.Size;
import ai.fovea.image.Image;
import ai.fovea.models.FoldedWeights;
import ai.fovea.models.Models;
import ai.fovea.testkit.Shared;
import ai.fovea.testkit.Tensors;
import ai.fovea.train.golden.Engines;
import ai.fovea.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Real ImageNet weights, trained with TensorFlow's padding: the same numbers on photographs.
@Tag("native")
class FoldedWeightsTest {

  @Test
  void mobileNetV2OfTensorFlowGivesItsOwnLogitsAndFeatures() throws IOException {
    Path folder = Shared.path("weights/mobilenet_v2_1.0_224");
    JsonMapper json = JsonMapper.shared();
    var layers = new HashMap<String, String>();
    for (JsonNode row : json.readTree(folder.resolve("paddleclas_names.json").toFile())) {
      if (row.hasNonNull("layer")) {
        String weight = row.has("conv") ? row.get("conv").asString() : row.get("weight").asString();
        layers.put(weight, row.get("layer").asString());
      }
    }
    Graph graph =
        Models.build(
            Map.of(
                "name",
                "MobileNetV2",
                "class_num",
                1001,
                "padding",
                "SAME",
                "return_patterns",
                "flatten"),
            Size.of(224));
    Map<String, NDArray> values =
        FoldedWeights.unfold(
            graph, Safetensors.read(folder.resolve("mobilenet_v2_1.0_224.safetensors")), layers);
    Map<String, NDArray> expected = Safetensors.read(folder.resolve("check/expected.safetensors"));
    JsonNode images = json.readTree(folder.resolve("check/expected_top5.json").toFile());

    for (int i = 0; i < 3; i++) {
      Path file = folder.resolve("check").resolve(images.get(i).get("input").asString());
      NDArray image = tensor(Image.read(file));
      for (Map<String, NDArray> got :
          java.util.List.of(
              Engines.torch(graph, values, image), Engines.onnx(graph, values, image))) {
        assertThat(Tensors.apart(row(expected, "logits", i), only(got, "logits"))).isLessThan(1e-4);
        assertThat(Tensors.apart(row(expected, "features", i), only(got, "flatten")))
            .isLessThan(1e-4);
      }
    }
  }

  /// RGB in `[-1, 1]`, `[1, 3, H, W]`.
  private static NDArray tensor(Image image) {
    int h = image.height();
    int w = image.width();
    float[] out = new float[3 * h * w];
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
          out[(c * h + y) * w + x] = (image.at(x, y, c) - 127.5f) / 127.5f;
        }
      }
    }
    return NDArray.of(out, 1, 3, h, w);
  }

  private static NDArray only(Map<String, NDArray> outputs, String name) {
    return java.util.Objects.requireNonNull(outputs.get(name));
  }

  private static NDArray row(Map<String, NDArray> tensors, String name, int row) {
    NDArray all = only(tensors, name);
    int n = all.shape().size(1);
    return NDArray.of(java.util.Arrays.copyOfRange(all.floats(), row * n, (row + 1) * n), 1, n);
  }
}
