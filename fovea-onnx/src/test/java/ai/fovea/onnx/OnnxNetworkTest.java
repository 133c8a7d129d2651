package ai.fovea.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.graph.Contraction;
import ai.fovea.graph.DType;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Init;
import ai.fovea.graph.Movement;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Param;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Networks in one file, and with their weights in a file of their own, of which the limit is lowered.
@Tag("native")
class OnnxNetworkTest {
  private static final int IN = 32;
  private static final int OUT = 64;
  private static final long LIMIT = 2_000;

  @TempDir Path folder;

  /// A table of whole numbers, a matrix of halves and one of floats, and a short bias.
  private static Graph graph() {
    Scope scope = Scope.root();
    var x = scope.input("x", Shape.batch(IN), DType.FLOAT32);
    Param first = scope.param("first.weight", Shape.of(IN, OUT), Init.ZEROS);
    Param bias = scope.param("first.bias", Shape.of(OUT), Init.ZEROS);
    var table = new java.util.ArrayList<Double>();
    for (int i = 0; i < 4 * OUT; i++) {
      table.add((double) (i * 7 % OUT));
    }
    Param order =
        scope.param(
            new Param(
                "$order",
                Shape.of(4 * OUT),
                DType.INT64,
                new Init.Table(table),
                Param.Kind.CONSTANT,
                1,
                1));
    Param second = scope.param("second.weight", Shape.of(4 * OUT, 3), Init.ZEROS);
    var y = scope.apply(new Contraction.Linear(), List.of(x), List.of(first, bias));
    var read = scope.apply(new Source.Read(), List.of(), List.of(order));
    var gathered = scope.apply(new Movement.Gather(1), y, read);
    return scope.graph(
        Map.of("y", scope.apply(new Contraction.Linear(), List.of(gathered), List.of(second))));
  }

  private static Map<String, NDArray> values(int seed) {
    var random = new SplittableRandom(seed);
    short[] halves = new short[IN * OUT];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = Float.floatToFloat16((float) random.nextGaussian());
    }
    var values = new LinkedHashMap<String, NDArray>();
    values.put("first.weight", NDArray.of(DType.FLOAT16, halves, IN, OUT));
    values.put("first.bias", floats(random, OUT));
    values.put("second.weight", floats(random, 4 * OUT, 3));
    return values;
  }

  private static NDArray floats(SplittableRandom random, int... dims) {
    float[] values = new float[Shape.of(dims).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return NDArray.of(values, dims);
  }

  private static OnnxNetwork large(int seed) {
    return OnnxWriter.write(graph(), values(seed), Map.of("a", "b"), LIMIT);
  }

  private static float[] run(OnnxSession model) throws IOException {
    try (model) {
      NDArray x = floats(new SplittableRandom(9), 2, IN);
      return model.run(Map.of("x", x)).get("y").floats();
    }
  }

  private static float[] run(OnnxNetwork network) throws IOException {
    return run(OnnxSession.of("test", network, ExecutionOptions.ofThreads(1)));
  }

  @Test
  void allWaysOfHavingTheWeightsGiveTheSameNumbers() throws IOException {
    OnnxNetwork one = OnnxWriter.write(graph(), values(1), Map.of("a", "b"));
    assertThat(one.dataFiles()).isEmpty();
    float[] expected = run(one);
    assertThat(expected)
        .hasSize(6)
        .isNotEqualTo(run(OnnxWriter.write(graph(), values(2), Map.of())));
    assertThat(run(OnnxNetwork.of(one.toBytes()))).isEqualTo(expected);
    assertThat((long) one.toBytes().length).isEqualTo(one.bytes());
    Path single = folder.resolve("single.onnx");
    one.write(single);
    assertThat(single).hasBinaryContent(one.toBytes());
    assertThat(run(OnnxSession.open(single, ExecutionOptions.ofThreads(1)))).isEqualTo(expected);
    assertThat(run(OnnxNetwork.read(single))).isEqualTo(expected);

    OnnxNetwork large = large(1);
    assertThat(large.dataFiles()).hasSize(1);
    assertThat((long) large.toBytes().length).isLessThan(LIMIT + 2_000);
    assertThat(run(large)).isEqualTo(expected);
    Path file = folder.resolve("large.onnx");
    large.write(file);
    assertThat(run(OnnxSession.open(file, ExecutionOptions.ofThreads(1)))).isEqualTo(expected);
    OnnxNetwork read = OnnxNetwork.read(file);
    assertThat(run(read)).isEqualTo(expected);
    assertThat(read.dataFiles()).isEqualTo(large.dataFiles());
    assertThat(read.bytes()).isEqualTo(large.bytes());
    var written = new ByteArrayOutputStream();
    large.writeAll(written);
    var again = new ByteArrayOutputStream();
    read.writeAll(again);
    assertThat(again.toByteArray()).isEqualTo(written.toByteArray());
  }

  @Test
  void theLimitIsTheLengthOfTheFile() throws IOException {
    long length = OnnxWriter.write(graph(), values(1), Map.of()).bytes();
    assertThat(OnnxWriter.write(graph(), values(1), Map.of(), length).dataFiles()).isEmpty();
    assertThat(OnnxWriter.write(graph(), values(1), Map.of(), length - 1).dataFiles()).hasSize(1);
  }

  @Test
  void tensorsOfADataFileBeginAtPagesAndItIsCalledAfterItsContent() throws IOException {
    OnnxData data = OnnxData.of(values(1));
    assertThat(data.parts().keySet()).containsExactly("first.weight", "second.weight");
    assertThat(data.parts().values()).allMatch(part -> part.offset() % 4096 == 0);
    assertThat(OnnxData.of(values(1)).name()).isEqualTo(data.name()).matches(OnnxData.NAME);
    assertThat(OnnxData.of(values(2)).name()).isNotEqualTo(data.name());
  }

  @Test
  void aModelThatIsWrittenOverAnotherNeverHasItsWeights() throws IOException {
    Path file = folder.resolve("m.onnx");
    large(1).write(file);
    large(2).writeData(folder); // and then it was ended
    assertThat(run(OnnxNetwork.read(file))).isEqualTo(run(large(1)));
    OnnxNetwork opened = OnnxNetwork.read(file);
    large(2).write(file);
    assertThatThrownBy(() -> run(opened)).hasMessageContaining("another model was written over it");
    assertThat(run(OnnxNetwork.read(file))).isEqualTo(run(large(2)));
  }

  @Test
  void weightsBesideAreLookedAtAndMayLieNowhereElse() throws IOException {
    var values = values(1);
    float[] wrong = values.get("second.weight").floats().clone();
    wrong[5] = Float.NaN;
    values.put("second.weight", NDArray.of(wrong, 4 * OUT, 3));
    OnnxNetwork network = OnnxWriter.write(graph(), values, Map.of(), LIMIT);
    Path file = folder.resolve("m.onnx");
    network.write(file);
    assertThat(OnnxWeights.notFinite(OnnxNetwork.read(file))).containsExactly("second.weight");
    large(1).write(file);
    assertThat(OnnxWeights.notFinite(OnnxNetwork.read(file))).isEmpty();

    String name = large(1).dataFiles().iterator().next();
    Files.delete(folder.resolve(name));
    assertThatThrownBy(() -> OnnxNetwork.read(file))
        .isInstanceOf(OnnxException.class)
        .hasMessage(file + ": its weights are in " + name + ", which does not lie beside it");
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    String elsewhere = "../" + name.substring(3);
    Files.write(
        file, text.replace(name, elsewhere).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> OnnxNetwork.read(file))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("'" + elsewhere + "', which is no file beside it");
  }

  @Test
  void damagedFilesAreNoCrash() throws IOException {
    byte[] good = OnnxWriter.write(graph(), values(1), Map.of(), LIMIT).toBytes();
    var random = new SplittableRandom(4);
    Path file = folder.resolve("bad.onnx");
    for (int i = 0; i < 500; i++) {
      byte[] bad =
          java.util.Arrays.copyOf(good, i % 4 == 0 ? random.nextInt(good.length) : good.length);
      for (int flips = 0; flips < 3 && bad.length > 0; flips++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, bad);
      try {
        OnnxWeights.notFinite(OnnxNetwork.read(file));
      } catch (OnnxException e) {
        assertThat(e).hasMessageStartingWith(file.toString());
      }
    }
  }
}
