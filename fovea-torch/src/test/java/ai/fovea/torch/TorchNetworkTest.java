package ai.fovea.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.graph.Contraction;
import ai.fovea.graph.DType;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Init;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Op;
import ai.fovea.graph.Param;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TorchNetworkTest {
  private static final Normalization.BatchNorm NORM = new Normalization.BatchNorm(1e-5, 0.9, false);

  private static Graph normed() {
    Scope root = Scope.root();
    Scope bn = root.child("bn");
    var x = root.input("x", Shape.batch(1, 1, 2), DType.FLOAT32);
    var y =
        bn.apply(
            NORM,
            List.of(x),
            List.of(
                bn.param("weight", Shape.of(1), Init.ONES),
                bn.param("bias", Shape.of(1), Init.ZEROS),
                bn.param(statistic("_mean", Init.ZEROS)),
                bn.param(statistic("_variance", Init.ONES))));
    return root.graph(Map.of("y", y));
  }

  private static Param statistic(String name, Init init) {
    return new Param(name, Shape.of(1), DType.FLOAT32, init, Param.Kind.STATISTIC, 1, 1);
  }

  @Test
  void batchNormRecordsTheBiasedVarianceWithTheWeightOfTheOldStatistic() {
    Graph graph = normed();
    try (var _ = new TensorScope();
        var parameters = TorchParameters.initialize(graph, new java.util.SplittableRandom(1))) {
      var network = new TorchNetwork(graph, parameters);
      float[] y =
          network
              .run(Map.of("x", Tensor.of(new float[] {1, 2, 3, 6}, 2, 1, 1, 2)), true)
              .get("y")
              .toFloats();
      double std = Math.sqrt(3.5 + 1e-5);
      assertThat(y[0]).isCloseTo((float) (-2 / std), within(1e-6f));
      assertThat(parameters.get("bn._mean").toFloats()[0]).isCloseTo(0.3f, within(1e-6f));
      assertThat(parameters.get("bn._variance").toFloats()[0])
          .isCloseTo(0.9f + 0.35f, within(1e-5f));
      float[] fixed =
          network
              .run(Map.of("x", Tensor.of(new float[] {0.3f, 0.3f}, 1, 1, 1, 2)), false)
              .get("y")
              .toFloats();
      assertThat(fixed[0]).isCloseTo(0f, within(1e-6f));
    }
  }

  @Test
  void valuesComeFromMemoryAndAreHandedOutWhereTheyLie() {
    Scope root = Scope.root();
    var x = root.input("x", Shape.batch(2, 4, 4), DType.FLOAT32);
    var conv = new Contraction.Conv(Op.Size.of(1), Op.Pads.NONE, Op.Size.of(1), 1);
    Param kernel = root.param("kernel", Shape.of(3, 2, 2, 2), new Init.Normal(0, 1));
    Param point = root.param("point", Shape.of(5, 3, 1, 1), new Init.Normal(0, 1));
    var y = root.apply(conv, List.of(x), List.of(kernel));
    Graph graph = root.graph(Map.of("y", root.apply(conv, List.of(y), List.of(point))));
    Map<String, NDArray> views;
    try (Arena arena = Arena.ofConfined();
        var first = TorchParameters.initialize(graph, new java.util.SplittableRandom(1))) {
      Map<String, NDArray> copies = first.toArrays();
      views = first.views();
      var moved = new java.util.LinkedHashMap<String, NDArray>();
      copies.forEach((name, array) -> {
        assertThat(views.get(name).floats()).isEqualTo(array.floats());
        MemorySegment odd = arena.allocate(array.memory().byteSize() + 1, 8).asSlice(1);
        odd.copyFrom(array.memory());
        moved.put(name, NDArray.view(DType.FLOAT32, odd, array.shape().sizes()));
      });
      assertThat(views.get("point").memory().isNative()).isTrue();
      try (var second = TorchParameters.of(graph, moved)) {
        assertThat(second.toArrays().get("kernel").floats())
            .isEqualTo(copies.get("kernel").floats());
        var zeros = new java.util.LinkedHashMap<String, NDArray>();
        copies.forEach((name, array) ->
            zeros.put(name, NDArray.of(new float[array.size()], array.shape().sizes())));
        Map<String, NDArray> live = second.views();
        second.load(zeros);
        assertThat(live.get("point").floats()).containsOnly(0);
        second.load(moved);
        copies.forEach((name, array) ->
            assertThat(second.views().get(name).floats()).as(name).isEqualTo(array.floats()));
      }
    }
    assertThatThrownBy(() -> views.get("point").floats()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void tensorsOfEachTypeAreCopies() {
    try (var _ = new TensorScope()) {
      for (DType type : DType.values()) {
        byte[] raw = new byte[2 * type.bytes()];
        raw[0] = 1;
        NDArray array = NDArray.view(type, MemorySegment.ofArray(raw), 2, 1);
        Tensor tensor = Tensor.of(array);
        assertThat(tensor.shape()).isEqualTo(Shape.of(2, 1));
        if (type != DType.BOOL) {
          assertThat(tensor.toFloats()).as(type.text()).isEqualTo(array.floats());
        }
      }
      assertThat(Tensor.of(new float[0], 0, 3).toFloats()).isEmpty();
    }
  }

  @Test
  void linearTakesPaddlesLayoutAndGivesGradients() {
    Scope root = Scope.root();
    var x = root.input("x", Shape.batch(2), DType.FLOAT32);
    Scope fc = root.child("fc");
    var y =
        fc.apply(
            new Contraction.Linear(),
            List.of(x),
            List.of(
                fc.param("weight", Shape.of(2, 3), Init.ONES),
                fc.param("bias", Shape.of(3), Init.ZEROS)));
    Graph graph = root.graph(Map.of("y", y));
    try (var _ = new TensorScope();
        var parameters =
            TorchParameters.of(
                graph,
                Map.of(
                    "fc.weight", NDArray.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
                    "fc.bias", NDArray.of(new float[] {0, 0, 1}, 3)))) {
      var out =
          new TorchNetwork(graph, parameters)
              .run(Map.of("x", Tensor.of(new float[] {1, 10}, 1, 2)), true)
              .get("y");
      assertThat(out.toFloats()).containsExactly(41, 52, 64);
      out.sum().backward();
      assertThat(parameters.get("fc.weight").grad().orElseThrow().toFloats())
          .containsExactly(1, 1, 1, 10, 10, 10);
    }
  }

  @Test
  void fourSidedPaddingMatchesPaddingByHand() {
    Scope root = Scope.root();
    var x = root.input("x", Shape.batch(1, 4, 4), DType.FLOAT32);
    Scope c = root.child("conv");
    var pads = Op.Pads.same(4, 4, Op.Size.of(3), Op.Size.of(2));
    assertThat(pads).isEqualTo(new Op.Pads(0, 0, 1, 1));
    var y =
        c.apply(
            new Contraction.Conv(Op.Size.of(2), pads, Op.Size.of(1), 1),
            List.of(x),
            List.of(c.param("weight", Shape.of(1, 1, 3, 3), Init.ONES)));
    Graph graph = root.graph(Map.of("y", y));
    float[] image = new float[16];
    java.util.Arrays.fill(image, 1);
    try (var _ = new TensorScope();
        var parameters = TorchParameters.initialize(graph, new java.util.SplittableRandom(1))) {
      var out =
          new TorchNetwork(graph, parameters).run(Map.of("x", Tensor.of(image, 1, 1, 4, 4)), false);
      assertThat(out.get("y").toFloats()).containsExactly(9, 6, 6, 4);
    }
  }

  @Test
  void errorsNameInputsParametersAndShapes() {
    Graph graph = normed();
    assertThatThrownBy(
            () -> TorchParameters.of(graph, Map.of("bn.weight", NDArray.of(new float[2], 2))))
        .hasMessageContaining("bn.weight: the network has [1], the values have [2]")
        .hasMessageContaining("bn._mean: missing");
    try (var _ = new TensorScope();
        var parameters = TorchParameters.initialize(graph, new java.util.SplittableRandom(1))) {
      var network = new TorchNetwork(graph, parameters);
      assertThatThrownBy(() -> network.run(Map.of("x", Tensor.zeros(1, 1, 1, 3)), false))
          .hasMessageContaining("input 'x' has shape [1, 1, 1, 3], the network needs [N, 1, 1, 2]");
    }
  }
}
