package ai.fovea.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.graph.Contraction;
import ai.fovea.graph.DType;
import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Init;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxDigestTest {
  private static final int IN = 32;

  @TempDir Path folder;

  private static Graph graph(String name, int out, double slope) {
    Scope scope = Scope.root();
    var x = scope.input("x", Shape.batch(IN), DType.FLOAT32);
    var weight = scope.param(name + ".weight", Shape.of(IN, out), Init.ZEROS);
    var bias = scope.param(name + ".bias", Shape.of(out), Init.ZEROS);
    var y = scope.apply(new Contraction.Linear(), List.of(x), List.of(weight, bias));
    return scope.graph(Map.of("y", scope.apply(new Elementwise.Affine(slope, 0), y)));
  }

  private static Map<String, NDArray> values(String name, int out, float first) {
    float[] weight = new float[IN * out];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = i * 0.25f;
    }
    weight[0] = first;
    var values = new HashMap<String, NDArray>();
    values.put(name + ".weight", NDArray.of(weight, IN, out));
    values.put(name + ".bias", NDArray.of(new float[out], out));
    return values;
  }

  private static OnnxNetwork network(
      String name, int out, float first, double slope, Map<String, String> notes, long limit) {
    return OnnxWriter.write(graph(name, out, slope), values(name, out, first), notes, limit);
  }

  private static final long NO_LIMIT = Integer.MAX_VALUE;

  /// Names of parameters, metadata, and where the weights lie are no part of what a network computes.
  @Test
  void theSameNetworkHasOneDigestHoweverItIsWritten() throws IOException {
    OnnxNetwork plain = network("a", 16, 1, 2, Map.of(), NO_LIMIT);
    String digest = OnnxDigest.of(plain);
    assertThat(digest).matches("[0-9a-f]{64}").isEqualTo(OnnxDigest.of(plain));
    assertThat(OnnxDigest.of(network("b", 16, 1, 2, Map.of(), NO_LIMIT))).isEqualTo(digest);
    assertThat(OnnxDigest.of(network("a", 16, 1, 2, Map.of("note", "n"), NO_LIMIT)))
        .isEqualTo(digest);
    OnnxNetwork apart = network("a", 16, 1, 2, Map.of(), 100);
    assertThat(apart.dataFiles()).isNotEmpty();
    assertThat(OnnxDigest.of(apart)).isEqualTo(digest);
    for (OnnxNetwork written : List.of(plain, apart)) {
      Path file = folder.resolve(written.dataFiles().size() + ".onnx");
      written.write(file);
      assertThat(OnnxDigest.of(OnnxNetwork.read(file))).isEqualTo(digest);
    }
  }

  @Test
  void whateverChangesNumbersChangesTheDigest() throws IOException {
    Set<String> digests = new HashSet<>();
    digests.add(OnnxDigest.of(network("a", 16, 1, 2, Map.of(), NO_LIMIT)));
    digests.add(OnnxDigest.of(network("a", 16, 1.5f, 2, Map.of(), NO_LIMIT)));
    digests.add(OnnxDigest.of(network("a", 16, 1, 3, Map.of(), NO_LIMIT)));
    digests.add(OnnxDigest.of(network("a", 8, 1, 2, Map.of(), NO_LIMIT)));
    assertThat(digests).hasSize(4);
  }

  @Test
  void damageIsToldAndNotHashed() throws IOException {
    byte[] good = network("a", 16, 1, 2, Map.of(), NO_LIMIT).toBytes();
    for (int length = 1; length < good.length; length += 97) {
      byte[] cut = java.util.Arrays.copyOf(good, length);
      try {
        assertThat(OnnxDigest.of(OnnxNetwork.of(cut)))
            .isNotEqualTo(OnnxDigest.of(OnnxNetwork.of(good)));
      } catch (OnnxException e) {
        assertThat(e).hasMessageStartingWith("not a network that can be read");
      }
    }
    assertThatThrownBy(() -> OnnxDigest.of(OnnxNetwork.of(new byte[] {(byte) 0x3a, 100, 1})))
        .isInstanceOf(OnnxException.class);
  }
}
