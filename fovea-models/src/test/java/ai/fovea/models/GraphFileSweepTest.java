package ai.fovea.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.graph.Graph;
import ai.fovea.graph.GraphFile;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One network of each family survives being written and read.
class GraphFileSweepTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "PPLCNet_x0_25",
        "PPLCNetV2_base_ShiTu",
        "MobileNetV1_x0_25",
        "MobileNetV2",
        "MobileNetV3_small_x0_35",
        "ResNet18_vd",
        "GoogLeNet",
        "EfficientNetB0",
        "PPHGNetV2_B0",
        "ViT_small_patch16_224",
        "SwinTransformer_tiny_patch4_window7_224",
        "CSWinTransformer_tiny_224"
      })
  void roundTrip(String name) {
    Graph graph = Models.build(Map.of("name", name), ai.fovea.graph.Op.Size.of(224));
    Graph read = GraphFile.read(name, GraphFile.write(graph));
    assertThat(read.nodes()).isEqualTo(graph.nodes());
    assertThat(read.params()).isEqualTo(graph.params());
    assertThat(read.outputs()).isEqualTo(graph.outputs());
  }
}
