package ai.fovea.onnx;

import ai.fovea.graph.DType;
import ai.fovea.graph.Dim;
import ai.fovea.graph.Graph;
import ai.fovea.graph.GraphException;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/// The nodes of an ONNX model while it is written, with the constant tensors that they read.
final class OnnxNodes {
  private final Graph graph;
  private final List<Proto> nodes = new ArrayList<>();
  private final Map<String, NDArray> tensors = new LinkedHashMap<>();
  private final Map<Integer, String> names = new HashMap<>();
  private final Map<Dim, String> sizes = new HashMap<>();
  private int fresh;

  OnnxNodes(Graph graph) {
    this.graph = graph;
    graph.inputs().forEach((name, v) -> names.put(v.id(), name));
  }

  List<Proto> nodes() {
    return nodes;
  }

  Map<String, NDArray> tensors() {
    return tensors;
  }

  /// The name of a value in the model.
  String name(Value v) {
    return Objects.requireNonNull(names.get(v.id()), () -> "nothing yields " + v);
  }

  /// Gives a value its name.
  String name(Value v, String name) {
    names.put(v.id(), name);
    return name;
  }

  String fresh() {
    return "t" + fresh++;
  }

  String scalar(double value) {
    return tensor(NDArray.of(new float[] {(float) value}));
  }

  String vector(long... values) {
    return tensor(NDArray.of(values, values.length));
  }

  /// A float32 vector.
  String floats(float... values) {
    return tensor(NDArray.of(values, values.length));
  }

  /// An int64 scalar.
  String integer(long value) {
    return tensor(NDArray.of(new long[] {value}));
  }

  /// A constant tensor.
  String tensor(NDArray value) {
    String name = fresh();
    tensors.put(name, value);
    return name;
  }

  /// A shape as an int64 tensor. One symbolic dimension of a reshape is `-1`, others are computed from the inputs of the network.
  String shape(Shape shape, boolean reshape) {
    List<Dim> dims = shape.dims();
    long free = dims.stream().filter(d -> !d.isFixed()).count();
    if (free == 0 || (reshape && free == 1)) {
      return vector(dims.stream().mapToLong(d -> d.isFixed() ? d.size() : -1).toArray());
    }
    return emit("Concat", dims.stream().map(this::size).toList(), fresh(), Map.of("axis", 0L));
  }

  /// A dimension as an int64 tensor of rank 1.
  String size(Dim dim) {
    String known = sizes.get(dim);
    if (known != null) {
      return known;
    }
    String computed =
        dim.compute(
            new Dim.Arithmetic<String>() {
              @Override
              public String integer(long value) {
                return vector(value);
              }

              @Override
              public String named(String name) {
                return sizes.computeIfAbsent(Dim.named(name), _ -> read(name));
              }

              @Override
              public String sum(String a, String b) {
                return emit("Add", List.of(a, b));
              }

              @Override
              public String product(String a, String b) {
                return emit("Mul", List.of(a, b));
              }

              // Sizes are not negative: cutting off is rounding down.
              @Override
              public String quotient(String a, long divisor) {
                return emit("Div", List.of(a, vector(divisor)));
              }
            });
    sizes.put(dim, computed);
    return computed;
  }

  /// The size that a name stands for, from the first input that has it.
  private String read(String name) {
    for (var input : graph.inputs().entrySet()) {
      List<Dim> dims = input.getValue().shape().dims();
      for (int axis = 0; axis < dims.size(); axis++) {
        OptionalLong factor = dims.get(axis).multipleOf(name);
        if (factor.isPresent()) {
          String shape = emit("Shape", List.of(input.getKey()));
          String size = emit("Slice", List.of(shape, vector(axis), vector(axis + 1L)));
          return factor.getAsLong() == 1
              ? size
              : emit("Div", List.of(size, vector(factor.getAsLong())));
        }
      }
    }
    throw new GraphException("no input has the dimension " + name);
  }

  /// The number of an element type; all floating types are float32 in an exported network.
  static int elementType(DType type) {
    return switch (type) {
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> 1;
      case INT64 -> 7;
      case UINT8 -> 2;
      case INT8 -> 3;
      case INT16 -> 5;
      case INT32 -> 6;
      case BOOL -> 9;
    };
  }

  static long[] longs(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }

  static long[] ints(Op.Size s) {
    return new long[] {s.h(), s.w()};
  }

  static long[] ints(Op.Pads p) {
    return new long[] {p.top(), p.left(), p.bottom(), p.right()};
  }

  String emit(String type, List<String> inputs) {
    return emit(type, inputs, fresh(), Map.of());
  }

  /// Adds a node with attributes of type `Long`, `Double`, `String` or `long[]`; returns the output's name.
  String emit(String type, List<String> inputs, String output, Map<String, Object> attributes) {
    emit(type, inputs, List.of(output), attributes);
    return output;
  }

  /// Adds a node with several outputs.
  void emit(
      String type, List<String> inputs, List<String> outputs, Map<String, Object> attributes) {
    Proto node = new Proto();
    inputs.forEach(name -> node.text(1, name));
    outputs.forEach(name -> node.text(2, name));
    node.text(4, type);
    new java.util.TreeMap<>(attributes)
        .forEach((name, value) ->
            node.message(
                5,
                a -> {
                  a.text(1, name);
                  switch (value) {
                    case Double d -> a.real(2, d).number(20, 1);
                    case Long l -> a.number(3, l).number(20, 2);
                    case String t -> a.text(4, t).number(20, 3);
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
  }
}
