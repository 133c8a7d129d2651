package ai.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.graph.NDArray;
import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBackAndDamageIsNamed() throws IOException {
    var tensors = new LinkedHashMap<String, NDArray>();
    tensors.put("w", NDArray.of(new float[] {1, 2, 3, 4}, 2, 2));
    tensors.put("i", NDArray.of(new long[] {5, 6}, 2));
    Path file = folder.resolve("m.safetensors");
    Safetensors.write(file, tensors);
    var read = Safetensors.read(file);
    assertThat(read.get("w").floats()).containsExactly(1, 2, 3, 4);
    assertThat(read.get("i").longs()).containsExactly(5, 6);

    byte[] good = Files.readAllBytes(file);
    assertThatThrownBy(
            () -> Safetensors.read("cut", MemorySegment.ofArray(good).asSlice(0, good.length - 1)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("cut: i");
    var random = new SplittableRandom(5);
    for (int i = 0; i < 5_000; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      try {
        Safetensors.read("bad", MemorySegment.ofArray(bad));
      } catch (WeightsException e) {
        assertThat(e).hasMessageStartingWith("bad");
      }
    }
  }

  @Test
  void realWeightsAreRead() throws IOException {
    var weights =
        Safetensors.read(
            Shared.path("weights/mobilenet_v2_1.0_224/mobilenet_v2_1.0_224.safetensors"));
    assertThat(weights.values().stream().mapToInt(NDArray::size).sum()).isEqualTo(3_489_097);
  }
}
