package ai.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PaddleParamsTest {
  @TempDir Path folder;

  @TestFactory
  List<DynamicTest> everyCheckpointIsReadOrRefusedAsTheIndexSays() throws IOException {
    Path checkpoints = Shared.path("golden/arch/checkpoints");
    JsonNode files =
        new JsonMapper().readTree(checkpoints.resolve("index.json").toFile()).path("files");
    return files.properties().stream()
        .map(e ->
            DynamicTest.dynamicTest(
                e.getKey(), () -> check(checkpoints.resolve(e.getKey()), e.getValue(), files)))
        .toList();
  }

  private static void check(Path file, JsonNode expected, JsonNode files) throws Exception {
    if (expected.path("must_refuse").asBoolean(false)) {
      assertThatThrownBy(() -> PaddleParams.read(file))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining(file.toString());
      return;
    }
    Object content = Pickle.read(file);
    if (expected.has("value")) {
      var state = (Map<?, ?>) content;
      for (var v : expected.path("value").properties()) {
        assertThat(((Number) state.get(v.getKey())).doubleValue())
            .isEqualTo(v.getValue().asDouble());
      }
      return;
    }
    JsonNode entries = expected.path("entries");
    if (entries.isString()) {
      // "same as FILE", or only the protocol that stands in FILE's name.
      String same = entries.asString().replace("same as ", "");
      String other =
          files.has(same) ? same : file.getFileName().toString().replaceAll("protocol\\d", same);
      entries = files.path(other).path("entries");
    }
    assertThat(entries.isObject()).as("entries of %s", file).isTrue();
    if (content instanceof List<?> list) {
      content = list.get(0);
    }
    int tensors = 0;
    for (var e : entries.properties()) {
      Object value = ((Map<?, ?>) content).get(e.getKey());
      if (value instanceof List<?> pair) {
        value = pair.get(1);
      }
      if (value instanceof NDArray array) {
        tensors++;
        assertThat(array.dtype().text()).isEqualTo(e.getValue().path("dtype").asString());
        byte[] digest =
            MessageDigest.getInstance("SHA-256")
                .digest(array.memory().toArray(ValueLayout.JAVA_BYTE));
        assertThat(HexFormat.of().formatHex(digest, 0, 16))
            .as(e.getKey())
            .isEqualTo(e.getValue().path("sha256_raw_le").asString());
      } else {
        assertThat(e.getValue().has("dict")).as(e.getKey()).isTrue();
      }
    }
    assertThat(tensors).isGreaterThan(10);
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    var tensors = new LinkedHashMap<String, NDArray>();
    tensors.put("b.weight", NDArray.of(new float[] {1, -2, 3, 4, 5, 6}, 2, 3));
    tensors.put("a.bias", NDArray.of(new double[] {0.5}, 1));
    tensors.put("a.step", NDArray.of(new long[] {7L}));
    tensors.put("a.half", NDArray.of(DType.FLOAT16, new short[] {0x3c00}, 1));
    Path file = folder.resolve("m.pdparams");
    PaddleParams.write(file, tensors);
    PaddleParams read = PaddleParams.read(file);
    assertThat(read.tensors().keySet()).containsExactly("b.weight", "a.bias", "a.step", "a.half");
    assertThat(read.tensors().get("b.weight").floats()).containsExactly(1, -2, 3, 4, 5, 6);
    assertThat(read.tensors().get("b.weight").shape().sizes()).containsExactly(2, 3);
    assertThat(read.tensors().get("a.half").floats()).containsExactly(1);
    assertThat(Files.list(folder)).containsExactly(file);
  }

  @Test
  void plainDataIsReadBack() throws IOException {
    Object data =
        List.of(
            Map.of(
                "epoch", 3L, "metric", 0.5, "name", "größe", "on", true, "none", Optional.empty()),
            List.of(1L << 40));
    assertThat(Pickle.load("data", Pickle.dump(data))).isEqualTo(data);
  }

  @Test
  void damagedBytesNeverGiveAnythingButOneClearError() {
    byte[] good = Pickle.dump(Map.of("w", NDArray.of(new float[] {1, 2, 3}, 3), "epoch", 1L));
    var random = new SplittableRandom(11);
    for (int i = 0; i < 20_000; i++) {
      byte[] bad =
          java.util.Arrays.copyOf(
              good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
      for (int flips = random.nextInt(4); flips >= 0 && bad.length > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        PaddleParams.of("bad", Pickle.load("bad", bad));
      } catch (WeightsException e) {
        assertThat(e).hasMessageStartingWith("bad");
      }
    }
  }
}
