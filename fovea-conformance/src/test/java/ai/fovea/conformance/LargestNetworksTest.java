package ai.fovea.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op.Size;
import ai.fovea.models.Models;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.Tensors;
import ai.fovea.torch.TorchParameters;
import ai.fovea.train.golden.Engines;
import ai.fovea.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The largest networks agree on both engines, with weights that are at no time on the heap: from libtorch's memory to a file, and mapped
/// from there by both. Takes up to 5 GB of memory and 1.3 GB of disk.
@Tag("native")
@Tag("slow")
class LargestNetworksTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"ViT_large_patch16_224", "SwinTransformer_large_patch4_window7_224"})
  void bothEnginesAgree(String name) throws IOException {
    Graph graph = Models.build(Map.of("name", name), Size.of(224)).only("logits");
    Path file = folder.resolve(name + ".safetensors");
    try (var parameters = TorchParameters.initialize(graph, new SplittableRandom(7))) {
      Safetensors.write(file, parameters.views());
    }
    Map<String, NDArray> weights = Safetensors.read(file);
    assertThat(weights.values().stream().mapToLong(NDArray::size).sum()).isGreaterThan(190_000_000);
    NDArray image = NDArray.of(Golden.values("input", 3 * 224 * 224, 2, 0), 1, 3, 224, 224);
    long before = heap();
    var torch = Objects.requireNonNull(Engines.torch(graph, weights, image).get("logits"));
    var onnx = Objects.requireNonNull(Engines.onnx(graph, weights, image).get("logits"));
    assertThat(Tensors.apart(torch, onnx)).isLessThan(1e-4);
    assertThat(Golden.l2(torch.floats())).isGreaterThan(0.1);
    assertThat(heap() - before).isLessThan(64L << 20);
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
