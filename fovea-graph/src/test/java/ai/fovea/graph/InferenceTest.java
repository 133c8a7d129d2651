package ai.fovea.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.graph.Elementwise.Arithmetic;
import ai.fovea.graph.Op.Pads;
import ai.fovea.graph.Op.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceTest {
  private static final Elementwise.Binary ADD = new Elementwise.Binary(Arithmetic.ADD);

  private static Value conv(Scope scope, Value x, int kernel, int stride, int pad, boolean norm) {
    Param weight = scope.param("weight", Shape.of(4, 1, kernel, kernel), Init.KAIMING_NORMAL);
    var op = new Contraction.Conv(Size.of(stride), Pads.of(pad), Size.of(1), 4);
    Value y = scope.apply(op, List.of(x), List.of(weight));
    if (!norm) {
      return y;
    }
    Scope bn = scope.child("bn");
    var params =
        List.of("weight", "bias", "_mean", "_variance").stream()
            .map(name -> bn.param(name, Shape.of(4), new Init.Uniform(0.5, 1.5)))
            .toList();
    return bn.apply(new Normalization.BatchNorm(1e-5, 0.9, false), List.of(y), params);
  }

  private static Map<String, NDArray> values(Graph graph) {
    var random = new SplittableRandom(4);
    var values = new LinkedHashMap<String, NDArray>();
    graph.params().forEach(p -> values.put(p.name(), Init.values(p, random)));
    return values;
  }

  private static List<Op> operations(Graph graph) {
    return graph.nodes().stream().map(Node::op).toList();
  }

  /// What the fused network computes is compared on both engines where these are.
  @Test
  void parallelBranchesBecomeOneConvolution() {
    Scope root = Scope.root();
    Value x = root.input("image", Shape.batch(4, 9, 9), DType.FLOAT32);
    Value sum = conv(root.child("five"), x, 5, 1, 2, true);
    sum = root.apply(ADD, sum, conv(root.child("three"), x, 3, 1, 1, true));
    sum = root.apply(ADD, sum, conv(root.child("one"), x, 1, 1, 0, true));
    Graph graph = root.graph(Map.of("y", sum));
    Map<String, NDArray> values = values(graph);
    Inference fused = Inference.of(graph, values);
    assertThat(operations(fused.graph()))
        .containsExactly(new Contraction.Conv(Size.of(1), Pads.of(2), Size.of(1), 4));
    assertThat(fused.values().keySet()).containsExactly("five.weight", "five.bias");
    assertThat(fused.graph().params().getFirst().shape()).isEqualTo(Shape.of(4, 1, 5, 5));
  }

  /// Other strides, kernels that are not inside the others, and other inputs stay apart.
  @ParameterizedTest
  @CsvSource({"3, 2, 1, 5, 2, 1", "3, 1, 2, 5, 1, 3, ", "4, 1, 1, 3, 1, 1"})
  void convolutionsOfOtherWindowsStay(
      int kernel, int stride, int pad, int otherKernel, int otherStride, int otherPad) {
    Scope root = Scope.root();
    Value x = root.input("image", Shape.batch(4, 12, 12), DType.FLOAT32);
    Value a = conv(root.child("a"), x, kernel, stride, pad, false);
    Value b = conv(root.child("b"), x, otherKernel, otherStride, otherPad, false);
    if (!a.shape().equals(b.shape())) {
      b = root.apply(new Pooling.AdaptiveAvgPool(Size.of(1)), b);
    }
    Graph graph = root.graph(Map.of("y", root.apply(ADD, a, b)));
    Inference fused = Inference.of(graph, values(graph));
    boolean inside =
        kernel == 3 && otherKernel == 5 && stride == otherStride && otherPad - pad == 1;
    assertThat(fused.graph().nodes().stream().filter(n -> n.op() instanceof Contraction.Conv))
        .hasSize(inside ? 1 : 2);
  }

  @Test
  void aWeightThatTwoConvolutionsReadStays() {
    Scope root = Scope.root();
    Value x = root.input("image", Shape.batch(4, 8, 8), DType.FLOAT32);
    Param weight = root.param("weight", Shape.of(4, 1, 3, 3), Init.KAIMING_NORMAL);
    var op = new Contraction.Conv(Size.of(1), Pads.of(1), Size.of(1), 4);
    Value a = root.apply(op, List.of(x), List.of(weight));
    Value b = root.apply(op, List.of(x), List.of(weight));
    Graph graph = root.graph(Map.of("y", root.apply(ADD, a, b)));
    assertThat(operations(Inference.of(graph, values(graph)).graph())).containsExactly(op, op, ADD);
  }

  @Test
  void dropoutGoesAndDowngradedDropoutScales() {
    Scope root = Scope.root();
    Value x = root.input("x", Shape.batch(4), DType.FLOAT32);
    x = root.apply(new TrainingOnly.Dropout(0.5, false), x);
    x = root.apply(new TrainingOnly.DropPath(0.5), x);
    x = root.apply(new TrainingOnly.Dropout(0.25, true), x);
    Graph served = Inference.withoutTraining(root.graph(Map.of("y", x)));
    assertThat(operations(served)).containsExactly(new Elementwise.Affine(0.75, 0));
  }

  @Test
  void theLabelOfAMarginGoes() {
    Scope root = Scope.root();
    Value x = root.input("x", Shape.batch(4), DType.FLOAT32);
    Value label = root.input("label", Shape.batch(1), DType.INT64);
    Param weight = root.param("weight", Shape.of(4, 7), Init.ONES);
    var margin = new TrainingOnly.Margin(TrainingOnly.MarginKind.ARC, 0.5, 64, false);
    Value y = root.apply(margin, List.of(x, label), List.of(weight));
    Graph served = Inference.withoutTraining(root.graph(Map.of("y", y)));
    assertThat(served.inputs()).containsOnlyKeys("x");
    assertThat(operations(served)).containsExactly(margin);
  }
}
