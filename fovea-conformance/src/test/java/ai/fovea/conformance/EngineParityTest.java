package ai.fovea.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.graph.Contraction;
import ai.fovea.graph.DType;
import ai.fovea.graph.Dim;
import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Elementwise.Arithmetic;
import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Elementwise.Relation;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Init;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Movement.Interpolation;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Op.Pads;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Pooling;
import ai.fovea.graph.Reduction;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Source;
import ai.fovea.graph.Value;
import ai.fovea.testkit.Tensors;
import ai.fovea.train.golden.Engines;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each operation over the range of its settings: libtorch and ONNX Runtime give the same numbers, of the shapes that were inferred, for images of any size.
@Tag("native")
class EngineParityTest {
  private static final Dim H = Dim.named("H");
  private static final Dim W = Dim.named("W");
  private static final int CHANNELS = 6;

  private interface Part {
    Value add(Scope scope, Value x);
  }

  static Stream<Arguments> parts() {
    var parts = new LinkedHashMap<String, Part>();
    for (Function f : Function.values()) {
      parts.put("unary " + f, (s, x) -> s.apply(new Elementwise.Unary(f), positive(s, x)));
    }
    for (Arithmetic a : Arithmetic.values()) {
      parts.put("binary " + a, (s, x) -> s.apply(new Elementwise.Binary(a), x, positive(s, x)));
    }
    for (Relation r : Relation.values()) {
      parts.put(
          "compare and select " + r,
          (s, x) -> {
            Value zero =
                s.apply(new Source.Fill(0, DType.FLOAT32, Shape.of(1)), List.of(), List.of());
            Value holds = s.apply(new Elementwise.Compare(r), x, zero);
            return s.apply(new Elementwise.Select(), holds, x, positive(s, x));
          });
    }
    parts.put("hard sigmoid", (s, x) -> s.apply(new Elementwise.HardSigmoid(0.2, 0.5), x));
    parts.put("leaky relu", (s, x) -> s.apply(new Elementwise.LeakyRelu(0.1), x));
    parts.put("clip", (s, x) -> s.apply(new Elementwise.Clip(-0.3, 0.4), x));
    parts.put("power", (s, x) -> s.apply(new Elementwise.Power(1.7), positive(s, x)));
    parts.put(
        "cast",
        (s, x) -> {
          Value large = s.apply(new Elementwise.Affine(10, 0), x);
          Value whole = s.apply(new Elementwise.Cast(DType.INT64), large);
          return s.apply(new Elementwise.Cast(DType.FLOAT32), whole);
        });
    for (int slopes : List.of(1, CHANNELS)) {
      parts.put(
          "prelu of " + slopes,
          (s, x) ->
              s.apply(
                  new Elementwise.PRelu(),
                  List.of(x),
                  List.of(s.param("weight", Shape.of(slopes), new Init.Uniform(0.1, 0.4)))));
    }
    for (Pads pads : List.of(Pads.NONE, Pads.of(1), new Pads(0, 1, 1, 0))) {
      for (int stride : List.of(1, 2)) {
        String where = " " + pads + " stride " + stride;
        for (boolean ceil : pads.none() ? List.of(false, true) : List.of(false)) {
          Size by = Size.of(stride);
          parts.put(
              "max pool" + where + ceil,
              (s, x) -> s.apply(new Pooling.MaxPool(Size.of(3), by, pads, ceil), x));
          for (boolean count : List.of(false, true)) {
            parts.put(
                "mean pool" + where + ceil + count,
                (s, x) -> s.apply(new Pooling.AvgPool(Size.of(3), by, pads, ceil, count), x));
          }
        }
        for (int dilation : List.of(1, 2)) {
          parts.put(
              "unfold" + where + " dilation " + dilation,
              (s, x) ->
                  s.apply(
                      new Pooling.Unfold(new Size(2, 3), Size.of(stride), pads, Size.of(dilation)),
                      x));
          for (int groups : List.of(1, 3, CHANNELS)) {
            var conv = new Contraction.Conv(Size.of(stride), pads, Size.of(dilation), groups);
            Shape kernel = Shape.of(12, CHANNELS / groups, 3, 2);
            parts.put(
                "conv" + where + " dilation " + dilation + " groups " + groups,
                (s, x) ->
                    s.apply(
                        conv,
                        List.of(x),
                        List.of(
                            s.param("weight", kernel, new Init.Normal(0, 0.3)),
                            s.param("bias", Shape.of(12), new Init.Normal(0, 1)))));
          }
        }
      }
    }
    parts.put("global mean", (s, x) -> s.apply(new Pooling.AdaptiveAvgPool(Size.of(1)), x));
    for (boolean keep : List.of(false, true)) {
      parts.put("mean " + keep, (s, x) -> s.apply(new Reduction.Mean(List.of(1, 3), keep), x));
      parts.put("sum " + keep, (s, x) -> s.apply(new Reduction.Sum(List.of(-1), keep), x));
      parts.put("max " + keep, (s, x) -> s.apply(new Reduction.Max(List.of(2, 3), keep), x));
    }
    parts.put("softmax", (s, x) -> s.apply(new Normalization.Softmax(1), x));
    parts.put("normalize", (s, x) -> s.apply(new Normalization.Normalize(1, 1e-12), x));
    for (boolean weights : List.of(false, true)) {
      parts.put("layer norm over two axes " + weights, (s, x) -> layerNorm(s, x, weights));
    }
    parts.put("reshape", (s, x) -> s.apply(new Movement.Reshape(tokens(x)), x));
    parts.put(
        "reshape with two free dimensions",
        (s, x) ->
            s.apply(
                new Movement.Reshape(Shape.of(List.of(Dim.BATCH.times(2), Dim.of(3), H.times(W)))),
                x));
    parts.put("transpose", (s, x) -> s.apply(new Movement.Transpose(List.of(0, 2, 3, 1)), x));
    parts.put("concat", (s, x) -> s.apply(new Movement.Concat(2), x, positive(s, x)));
    parts.put(
        "split",
        (s, x) -> {
          List<Value> all =
              s.applyAll(new Movement.Split(1, List.of(1, 2, 3)), List.of(x), List.of());
          return s.apply(new Movement.Concat(-3), all.get(2), all.get(0));
        });
    parts.put("slice", (s, x) -> s.apply(new Movement.Slice(1, 1, 6, 2), x));
    parts.put("roll", (s, x) -> s.apply(new Movement.Roll(List.of(2), List.of(-3)), x));
    parts.put("pad", (s, x) -> s.apply(new Movement.Pad(new Pads(1, 0, 2, 3)), x));
    parts.put(
        "expand",
        (s, x) -> {
          Value one = s.apply(new Reduction.Mean(List.of(2), true), x);
          Shape to = Shape.of(List.of(Dim.BATCH, Dim.of(CHANNELS), H.plus(3), W));
          return s.apply(new Movement.Expand(to), one);
        });
    for (Interpolation mode : Interpolation.values()) {
      parts.put(
          "enlarge " + mode, (s, x) -> s.apply(new Movement.Enlarge(mode, new Size(2, 3)), x));
    }
    parts.put(
        "range",
        (s, x) -> {
          Value range = s.apply(new Source.Range(0.5, 2, W, DType.FLOAT32), List.of(), List.of());
          return s.apply(new Elementwise.Binary(Arithmetic.ADD), x, range);
        });
    return parts.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  private static Value positive(Scope scope, Value x) {
    return scope.apply(
        new Elementwise.Affine(1, 0.5), scope.apply(new Elementwise.Unary(Function.SIGMOID), x));
  }

  private static Shape tokens(Value x) {
    return Shape.of(List.of(Dim.BATCH, x.shape().dim(1), H.times(W)));
  }

  private static Value layerNorm(Scope s, Value x, boolean weights) {
    Value pooled = s.apply(new Reduction.Mean(List.of(3), false), x); // [N, C, H]
    Value last = s.apply(new Movement.Transpose(List.of(2, 0, 1)), pooled); // [H, N, C]
    Value two =
        s.apply(new Movement.Reshape(Shape.of(List.of(H, Dim.BATCH, Dim.of(2), Dim.of(3)))), last);
    Shape each = Shape.of(2, 3);
    return s.apply(
        new Normalization.LayerNorm(1e-5, 2),
        List.of(two),
        weights
            ? List.of(
                s.param("weight", each, new Init.Uniform(0.5, 2)),
                s.param("bias", each, new Init.Normal(0, 1)))
            : List.of());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("parts")
  void enginesAgree(String name, Part part) throws IOException {
    Scope root = Scope.root();
    Shape any = Shape.of(List.of(Dim.BATCH, Dim.of(CHANNELS), H, W));
    Value x = root.input("image", any, DType.FLOAT32);
    Graph graph = root.graph(Map.of("y", part.add(root, x)));
    var random = new SplittableRandom(1);
    var values = new LinkedHashMap<String, NDArray>();
    graph.params().forEach(p -> values.put(p.name(), Init.values(p, random)));
    for (int[] size : new int[][] {{1, 7, 9}, {3, 8, 6}}) {
      NDArray image = image(random, size[0], CHANNELS, size[1], size[2]);
      Map<String, Integer> sizes = graph.sizes(Map.of("image", image.shape()));
      var results = new ArrayList<NDArray>();
      Graph fixed = graph.specialize(Map.of("image", Shape.batch(CHANNELS, size[1], size[2])));
      for (Graph each : List.of(graph, fixed)) {
        results.add(Engines.torch(each, values, image).get("y"));
        results.add(Engines.onnx(each, values, image).get("y"));
      }
      for (NDArray result : results) {
        assertThat(result.shape()).isEqualTo(graph.outputs().get("y").shape().with(sizes));
        assertThat(Tensors.apart(results.getFirst(), result)).isLessThan(1e-6);
      }
    }
  }

  private static NDArray image(SplittableRandom random, int... dims) {
    float[] values = new float[Shape.of(dims).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return NDArray.of(values, dims);
  }
}
