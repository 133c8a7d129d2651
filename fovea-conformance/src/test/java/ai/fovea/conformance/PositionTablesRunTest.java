package ai.fovea.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op.Size;
import ai.fovea.models.Models;
import ai.fovea.models.PositionTables;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.Tensors;
import ai.fovea.train.golden.ArchNetworks;
import ai.fovea.train.golden.Engines;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A vision transformer built for 384 pixels runs on the weights of its 224-pixel self.
@Tag("native")
class PositionTablesRunTest {

  @Test
  void bothEnginesAgreeOnAdaptedWeights() throws IOException {
    var arch = Map.of("name", "ViT_small_patch16_224", "class_num", 10);
    Map<String, NDArray> small = ArchNetworks.values(Models.build(arch, Size.of(224)), 3);
    Graph graph = Models.build(arch, Size.of(384));
    var adapted = PositionTables.adapt(small, graph);
    assertThat(adapted.notes()).hasSize(1);

    NDArray image = NDArray.of(Golden.values("input", 3 * 384 * 384, 2, 0), 1, 3, 384, 384);
    var torch = Engines.torch(graph, adapted.weights(), image).get("logits");
    var onnx = Engines.onnx(graph, adapted.weights(), image).get("logits");
    double apart = Tensors.apart(Objects.requireNonNull(torch), Objects.requireNonNull(onnx));
    assertThat(apart).isLessThan(1e-4);
  }
}
