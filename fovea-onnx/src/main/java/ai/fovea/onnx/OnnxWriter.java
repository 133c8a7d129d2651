package ai.fovea.onnx;

import ai.fovea.graph.DType;
import ai.fovea.graph.Graph;
import ai.fovea.graph.GraphException;
import ai.fovea.graph.Inference;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Node;
import ai.fovea.graph.Op;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Writes a graph as an ONNX model (operator set 20, IR version 9; field numbers from onnx.proto).
///
/// The batch size stays free, under the name `N`. Everything that exists only in training is removed and batch
/// norms are folded first ([Inference]).
///
/// Long because each operation has its lines here, in one exhaustive `switch`.
// Over 400 lines: one exhaustive switch over all operations, flat.
public final class OnnxWriter {
  private static final int OPSET = 20;
  private static final int IR_VERSION = 9;

  private final Inference model;
  private final List<Proto> nodes = new ArrayList<>();
  private final Map<String, NDArray> tensors = new LinkedHashMap<>();
  private final Map<Integer, String> names = new HashMap<>();
  private String batch = "";
  private int fresh;

  private OnnxWriter(Inference model) {
    this.model = model;
  }

  /// The bytes of the model file.
  ///
  /// @param values at least the value of every parameter that is not a constant
  /// @param metadata keys and values to store in the file
  /// @throws GraphException naming what can't be expressed or has no value
  public static byte[] write(
      Graph graph, Map<String, NDArray> values, Map<String, String> metadata) {
    return new OnnxWriter(Inference.of(graph, values)).toBytes(metadata);
  }

  private byte[] toBytes(Map<String, String> metadata) {
    Graph graph = model.graph();
    graph.inputs().forEach((name, v) -> names.put(v.id(), name));
    graph.nodes().forEach(this::node);
    // An output that is also used inside, or is an input, keeps its inner name and gets a copy.
    graph.outputs().forEach((name, v) -> emit("Identity", List.of(name(v)), name, Map.of()));

    Proto file = new Proto();
    file.number(1, IR_VERSION).text(2, "fovea");
    file.message(8, opset -> opset.text(1, "").number(2, OPSET));
    file.message(
        7,
        g -> {
          nodes.forEach(n -> g.raw(1, ByteString.copyFrom(n.toBytes())));
          g.text(2, "fovea");
          for (Param p : graph.params()) {
            if (!tensors.containsKey(p.name())) {
              tensor(g, p.name(), value(p));
            }
          }
          tensors.forEach((name, array) -> tensor(g, name, array));
          graph.inputs().forEach((name, v) -> info(g, 11, name, v));
          graph.outputs().forEach((name, v) -> info(g, 12, name, v));
        });
    metadata.forEach((k, v) -> file.message(14, entry -> entry.text(1, k).text(2, v)));
    return file.toBytes();
  }

  private NDArray value(Param p) {
    return Objects.requireNonNull(model.values().get(p.name()), p.name());
  }

  private static void tensor(Proto graph, String name, NDArray array) {
    graph.message(
        5,
        t -> {
          for (int d : array.shape().dims()) {
            t.number(1, d);
          }
          t.number(2, elementType(array.dtype()))
              .text(8, name)
              .raw(9, ByteString.copyFrom(bytes(array)));
        });
  }

  private static byte[] bytes(NDArray array) {
    if (array.array() instanceof long[] l) {
      ByteBuffer out = ByteBuffer.allocate(8 * l.length).order(ByteOrder.LITTLE_ENDIAN);
      out.asLongBuffer().put(l);
      return out.array();
    }
    float[] f = array.floats();
    ByteBuffer out = ByteBuffer.allocate(4 * f.length).order(ByteOrder.LITTLE_ENDIAN);
    out.asFloatBuffer().put(f);
    return out.array();
  }

  private static int elementType(DType type) {
    return switch (type) {
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> 1;
      case INT64 -> 7;
      case UINT8, INT8, INT16, INT32, BOOL ->
          throw new GraphException("no " + type.text() + " tensors in an exported network");
    };
  }

  private static void info(Proto graph, int field, String name, Value v) {
    graph.message(
        field,
        info ->
            info.text(1, name)
                .message(
                    2,
                    type ->
                        type.message(
                            1,
                            tensor ->
                                tensor
                                    .number(1, elementType(v.dtype()))
                                    .message(
                                        2,
                                        shape -> {
                                          for (int d : v.shape().dims()) {
                                            shape.message(
                                                1,
                                                dim -> {
                                                  if (d >= 0) {
                                                    dim.number(1, d);
                                                  } else {
                                                    dim.text(2, d == -1 ? "N" : -d + "N");
                                                  }
                                                });
                                          }
                                        }))));
  }

  private void node(Node n) {
    Op op = n.op();
    String out = "v" + n.output().id();
    names.put(n.output().id(), out);
    List<String> in = n.inputs().stream().map(this::name).toList();
    List<String> p = n.params().stream().map(Param::name).toList();
    List<String> all = new ArrayList<>(in);
    all.addAll(p);
    switch (op) {
      case Op.Read _ -> names.put(n.output().id(), p.get(0));
      case Op.Conv c ->
          emit(
              "Conv",
              all,
              out,
              Map.of(
                  "strides", ints(c.stride()),
                  "pads", ints(c.pads()),
                  "dilations", ints(c.dilation()),
                  "group", (long) c.groups()));
      case Op.Linear _ -> linear(n, in.get(0), p, out);
      case Op.BatchNorm b -> emit("BatchNormalization", all, out, Map.of("epsilon", b.epsilon()));
      case Op.LayerNorm l -> {
        if (p.size() != 2 || l.axes() != 1) {
          throw new GraphException(
              n.path() + ": only layer norm with weight and bias over one axis");
        }
        emit("LayerNormalization", all, out, Map.of("epsilon", l.epsilon(), "axis", -1L));
      }
      case Op.Unary u -> unary(u.function(), in.get(0), out);
      case Op.HardSigmoid h ->
          emit("HardSigmoid", in, out, Map.of("alpha", h.slope(), "beta", h.offset()));
      case Op.Affine a -> {
        String scaled = emit("Mul", List.of(in.get(0), scalar(a.scale())));
        emit("Add", List.of(scaled, scalar(a.bias())), out, Map.of());
      }
      case Op.Binary b ->
          emit(
              switch (b.arithmetic()) {
                case ADD -> "Add";
                case SUBTRACT -> "Sub";
                case MULTIPLY -> "Mul";
                case DIVIDE -> "Div";
              },
              in,
              out,
              Map.of());
      case Op.MatMul m ->
          emit(
              "MatMul",
              List.of(
                  m.transposeA() ? swapped(in.get(0), n.inputs().get(0)) : in.get(0),
                  m.transposeB() ? swapped(in.get(1), n.inputs().get(1)) : in.get(1)),
              out,
              Map.of());
      case Op.Softmax s -> emit("Softmax", in, out, Map.of("axis", (long) s.axis()));
      case Op.MaxPool m ->
          emit(
              "MaxPool",
              in,
              out,
              Map.of(
                  "kernel_shape", ints(m.kernel()),
                  "strides", ints(m.stride()),
                  "pads", ints(m.pads()),
                  "ceil_mode", m.ceil() ? 1L : 0L));
      case Op.AvgPool a ->
          emit(
              "AveragePool",
              in,
              out,
              Map.of(
                  "kernel_shape", ints(a.kernel()),
                  "strides", ints(a.stride()),
                  "pads", ints(a.pads()),
                  "ceil_mode", a.ceil() ? 1L : 0L,
                  "count_include_pad", a.countPadding() ? 1L : 0L));
      case Op.AdaptiveAvgPool a -> {
        if (a.size().h() == 1 && a.size().w() == 1) {
          emit("GlobalAveragePool", in, out, Map.of());
        } else {
          Shape x = n.inputs().get(0).shape();
          long[] block = {x.dim(2) / a.size().h(), x.dim(3) / a.size().w()};
          emit("AveragePool", in, out, Map.of("kernel_shape", block, "strides", block));
        }
      }
      case Op.Reshape r -> emit("Reshape", List.of(in.get(0), dims(r.dims(), true)), out, Map.of());
      case Op.Transpose t -> emit("Transpose", in, out, Map.of("perm", longs(t.order())));
      case Op.Concat c -> emit("Concat", in, out, Map.of("axis", (long) c.axis()));
      case Op.Slice s ->
          emit(
              "Slice",
              List.of(
                  in.get(0),
                  vector(s.start()),
                  vector(s.end()),
                  vector(s.axis()),
                  vector(s.step())),
              out,
              Map.of());
      case Op.Gather g -> emit("Gather", in, out, Map.of("axis", (long) g.axis()));
      case Op.Roll r -> roll(r, in.get(0), n.inputs().get(0).shape(), out);
      case Op.Pad q -> {
        long[] pads = new long[2 * n.output().shape().rank()];
        int last = pads.length / 2 - 1;
        pads[last - 1] = q.pads().top();
        pads[last] = q.pads().left();
        pads[pads.length - 2] = q.pads().bottom();
        pads[pads.length - 1] = q.pads().right();
        emit("Pad", List.of(in.get(0), vector(pads)), out, Map.of());
      }
      case Op.Expand e -> emit("Expand", List.of(in.get(0), dims(e.dims(), false)), out, Map.of());
      case Op.Mean m ->
          emit(
              "ReduceMean",
              List.of(in.get(0), vector(longs(m.axes()))),
              out,
              Map.of("keepdims", m.keepDims() ? 1L : 0L));
      case Op.Normalize u -> {
        String norm =
            emit("ReduceL2", List.of(in.get(0), vector(u.axis())), fresh(), Map.of("keepdims", 1L));
        String floor = emit("Max", List.of(norm, scalar(u.epsilon())));
        emit("Div", List.of(in.get(0), floor), out, Map.of());
      }
      case Op.Dropout _, Op.DropPath _ ->
          throw new GraphException(n.path() + ": dropout is left in an exported network");
      case Op.Margin _ -> margin(n, in.get(0), out);
    }
  }

  private void linear(Node n, String x, List<String> p, String out) {
    if (n.inputs().get(0).shape().rank() == 2) {
      List<String> all = new ArrayList<>(List.of(x));
      all.addAll(p);
      emit("Gemm", all, out, Map.of());
    } else if (p.size() == 1) {
      emit("MatMul", List.of(x, p.get(0)), out, Map.of());
    } else {
      emit("Add", List.of(emit("MatMul", List.of(x, p.get(0))), p.get(1)), out, Map.of());
    }
  }

  private void unary(Op.Function f, String x, String out) {
    switch (f) {
      case RELU -> emit("Relu", List.of(x), out, Map.of());
      case RELU6 -> emit("Clip", List.of(x, scalar(0), scalar(6)), out, Map.of());
      case SIGMOID -> emit("Sigmoid", List.of(x), out, Map.of());
      case TANH -> emit("Tanh", List.of(x), out, Map.of());
      case GELU -> emit("Gelu", List.of(x), out, Map.of());
      case SILU -> emit("Mul", List.of(x, emit("Sigmoid", List.of(x))), out, Map.of());
      case HARD_SWISH -> emit("HardSwish", List.of(x), out, Map.of());
      case SQRT -> emit("Sqrt", List.of(x), out, Map.of());
    }
  }

  /// Cosine: features to unit length in the network, class columns here.
  private void margin(Node n, String x, String out) {
    Param weight = n.params().get(0);
    float[] w = value(weight).floats().clone();
    int rows = weight.shape().dim(0);
    int classes = weight.shape().dim(1);
    for (int c = 0; c < classes; c++) {
      double sum = 0;
      for (int r = 0; r < rows; r++) {
        sum += (double) w[r * classes + c] * w[r * classes + c];
      }
      double norm = Math.sqrt(sum);
      for (int r = 0; r < rows; r++) {
        w[r * classes + c] = (float) (w[r * classes + c] / norm);
      }
    }
    tensors.put(weight.name(), NDArray.of(w, rows, classes));
    String norm = emit("ReduceL2", List.of(x, vector(1)), fresh(), Map.of("keepdims", 1L));
    String unit = emit("Div", List.of(x, norm));
    emit("MatMul", List.of(unit, weight.name()), out, Map.of());
  }

  private void roll(Op.Roll r, String x, Shape shape, String out) {
    String at = x;
    for (int i = 0; i < r.axes().size(); i++) {
      int axis = shape.axis(r.axes().get(i));
      int n = shape.dim(axis);
      int cut = Math.floorMod(-r.shifts().get(i), n);
      String back = emit("Slice", List.of(at, vector(cut), vector(n), vector(axis)));
      String front = emit("Slice", List.of(at, vector(0), vector(cut), vector(axis)));
      String name = i == r.axes().size() - 1 ? out : fresh();
      at = emit("Concat", List.of(back, front), name, Map.of("axis", (long) axis));
    }
  }

  private String swapped(String x, Value v) {
    int rank = v.shape().rank();
    long[] order = new long[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = i;
    }
    order[rank - 1] = rank - 2L;
    order[rank - 2] = rank - 1L;
    return emit("Transpose", List.of(x), fresh(), Map.of("perm", order));
  }

  /// A shape as an int64 tensor. One free dimension of a reshape is `-1`; otherwise the batch size is taken from
  /// the first input of the network.
  private String dims(List<Integer> dims, boolean reshape) {
    long free = dims.stream().filter(d -> d < 0).count();
    if (free == 0 || (reshape && free == 1)) {
      return vector(dims.stream().mapToLong(d -> Math.max(d, -1)).toArray());
    }
    List<String> parts = new ArrayList<>();
    for (int d : dims) {
      parts.add(d >= 0 ? vector(d) : d == -1 ? batch() : emit("Mul", List.of(batch(), vector(-d))));
    }
    return emit("Concat", parts, fresh(), Map.of("axis", 0L));
  }

  private String batch() {
    if (batch.isEmpty()) {
      String input = model.graph().inputs().keySet().iterator().next();
      String shape = emit("Shape", List.of(input));
      batch = emit("Slice", List.of(shape, vector(0), vector(1)));
    }
    return batch;
  }

  private String name(Value v) {
    return Objects.requireNonNull(names.get(v.id()), () -> "nothing yields " + v);
  }

  private String fresh() {
    return "t" + fresh++;
  }

  private String scalar(double value) {
    String name = fresh();
    tensors.put(name, NDArray.of(new float[] {(float) value}));
    return name;
  }

  private String vector(long... values) {
    String name = fresh();
    tensors.put(name, NDArray.of(values, values.length));
    return name;
  }

  private static long[] longs(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }

  private static long[] ints(Op.Size s) {
    return new long[] {s.h(), s.w()};
  }

  private static long[] ints(Op.Pads p) {
    return new long[] {p.top(), p.left(), p.bottom(), p.right()};
  }

  private String emit(String type, List<String> inputs) {
    return emit(type, inputs, fresh(), Map.of());
  }

  /// Adds a node with attributes of type `Long`, `Double` or `long[]`; returns the output's name.
  private String emit(
      String type, List<String> inputs, String output, Map<String, Object> attributes) {
    Proto node = new Proto();
    inputs.forEach(name -> node.text(1, name));
    node.text(2, output).text(4, type);
    new java.util.TreeMap<>(attributes)
        .forEach((name, value) ->
            node.message(
                5,
                a -> {
                  a.text(1, name);
                  switch (value) {
                    case Double d -> a.real(2, d).number(20, 1);
                    case Long l -> a.number(3, l).number(20, 2);
                    case long[] l -> {
                      for (long i : l) {
                        a.number(8, i);
                      }
                      a.number(20, 7);
                    }
                    default -> throw new IllegalArgumentException(name + ": " + value);
                  }
                }));
    nodes.add(node);
    return output;
  }
}
