package ai.fovea.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.graph.DType;
import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sessions with inputs and outputs of several types, and what they hold outside the heap.
@Tag("native")
class OnnxSessionTest {
  /// `y = a + b` of a type, and `x` of another one as it is.
  private static OnnxNetwork sum(DType type) {
    Scope scope = Scope.root();
    var a = scope.input("a", Shape.batch(2), type);
    var b = scope.input("b", Shape.batch(2), type);
    var y = scope.apply(new Elementwise.Binary(Elementwise.Arithmetic.ADD), a, b);
    Graph graph = scope.graph(Map.of("y", y, "a again", a));
    return OnnxWriter.write(graph, Map.of(), Map.of());
  }

  private static NDArray array(DType type, int n) {
    int count = 2 * n;
    return switch (type) {
      case FLOAT32 -> {
        float[] v = new float[count];
        for (int i = 0; i < count; i++) {
          v[i] = i;
        }
        yield NDArray.of(v, n, 2);
      }
      case INT64 -> {
        long[] v = new long[count];
        for (int i = 0; i < count; i++) {
          v[i] = i;
        }
        yield NDArray.of(v, n, 2);
      }
      default -> {
        int[] v = new int[count];
        for (int i = 0; i < count; i++) {
          v[i] = i;
        }
        yield NDArray.of(v, n, 2);
      }
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "INT64", "INT32"})
  void inputsAndOutputsOfAnyType(DType type) throws IOException {
    try (OnnxSession session = OnnxSession.of("sum", sum(type), ExecutionOptions.DEFAULT)) {
      assertThat(session.inputs().get("a").dtype()).isEqualTo(type);
      assertThat(session.inputs().get("a").shape()).isEqualTo(Shape.batch(2));
      assertThat(session.outputs().get("y").dtype()).isEqualTo(type);
      var out = session.run(Map.of("a", array(type, 3), "b", array(type, 3)));
      assertThat(out.get("y").dtype()).isEqualTo(type);
      assertThat(out.get("y").floats()).containsExactly(0, 2, 4, 6, 8, 10);
      var some =
          session.run(
              Map.of("a", OnnxInput.of(array(type, 1)), "b", OnnxInput.of(array(type, 1))),
              List.of("a again"));
      assertThat(some).containsOnlyKeys("a again");
    }
  }

  @Test
  void rowsOfABatchLieApart() throws IOException {
    NDArray first = NDArray.of(new float[] {1, 2}, 2);
    NDArray second = NDArray.of(new float[] {3, 4}, 2);
    OnnxInput batch = OnnxInput.batch(List.of(first, second));
    assertThat(batch.shape()).isEqualTo(Shape.of(2, 2));
    try (OnnxSession session =
        OnnxSession.of("sum", sum(DType.FLOAT32), ExecutionOptions.DEFAULT)) {
      var out = session.run(Map.of("a", batch, "b", batch), List.of("y"));
      assertThat(out.get("y").floats()).containsExactly(2, 4, 6, 8);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxInput.batch(List.of(first, NDArray.of(new float[1], 1))));
  }

  /// Buffers are used again, however many runs there are, and nothing is left after closing, also where runs failed.
  @Test
  void nothingIsHeldAfterClosing() throws Exception {
    OnnxSession session = OnnxSession.of("sum", sum(DType.FLOAT32), ExecutionOptions.DEFAULT);
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> users = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        users.add(
            threads.submit(() -> {
              for (int i = 0; i < 200; i++) {
                NDArray x = array(DType.FLOAT32, 1 + i % 5);
                session.run(Map.of("a", x, "b", x));
              }
              return null;
            }));
      }
      for (Future<?> user : users) {
        user.get();
      }
    }
    assertThat(session.liveHandles().sessions()).isEqualTo(1);
    assertThat(session.liveHandles().tensors()).isZero();
    assertThat(session.liveHandles().buffers()).isBetween(2, 8); // two inputs, four threads
    assertThatThrownBy(() -> session.run(Map.of("a", array(DType.FLOAT32, 1))))
        .isInstanceOf(OnnxException.class)
        .hasMessageStartingWith("sum: ");
    assertThat(session.liveHandles().tensors()).isZero();
    session.close();
    session.close();
    assertThat(session.liveHandles()).isEqualTo(LiveHandles.NONE);
    assertThatIllegalStateException()
        .isThrownBy(() -> session.run(Map.of("a", array(DType.FLOAT32, 1))))
        .withMessageContaining("the model sum is closed");
  }

  @Test
  void aProviderThatIsNotThereIsOneClearError() throws IOException {
    assertThat(OnnxSession.availableProviders()).contains("CPU");
    List<Provider> all =
        List.of(new Provider.Cuda(0), new Provider.TensorRt(0), new Provider.CoreMl());
    List<String> names = List.of("CUDA", "TensorRT", "CoreML");
    for (int i = 0; i < all.size(); i++) {
      var options = ExecutionOptions.DEFAULT.withProvider(all.get(i));
      if (!OnnxSession.availableProviders().contains(names.get(i))) {
        assertThatThrownBy(() -> OnnxSession.of("sum", sum(DType.FLOAT32), options))
            .isInstanceOf(OnnxException.class)
            .hasMessageContaining("the provider " + names.get(i) + " is not in this build")
            .hasMessageContaining(String.join(", ", OnnxSession.availableProviders()));
      }
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new Provider.Cuda(-1));
  }

  @Test
  void threadsAndArenaChangeNoNumbers() throws IOException {
    NDArray x = array(DType.FLOAT32, 4);
    for (ExecutionOptions options :
        List.of(
            ExecutionOptions.ofThreads(1),
            ExecutionOptions.ofThreads(2),
            ExecutionOptions.DEFAULT.withArena(false))) {
      try (OnnxSession session = OnnxSession.of("sum", sum(DType.FLOAT32), options)) {
        assertThat(session.run(Map.of("a", x, "b", x)).get("y").floats())
            .containsExactly(0, 2, 4, 6, 8, 10, 12, 14);
      }
    }
  }
}
