package ai.fovea.onnx;

import ai.fovea.graph.DType;
import ai.fovea.graph.Dim;
import ai.fovea.graph.Graph;
import ai.fovea.graph.GraphException;
import ai.fovea.graph.Inference;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Param;
import ai.fovea.graph.Value;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Writes a graph as an ONNX model (operator set 20, IR version 9; field numbers from onnx.proto).
///
/// Named dimensions stay free, under their names. Everything that exists only in training is removed and batch
/// norms are folded first ([Inference]).
public final class OnnxWriter {
  private static final int OPSET = 20;
  private static final int IR_VERSION = 9;

  private final Inference model;
  private final OnnxNodes nodes;

  private OnnxWriter(Inference model) {
    this.model = model;
    this.nodes = new OnnxNodes(model.graph());
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
    var operations = new OnnxOperations(nodes, this::value);
    graph.nodes().forEach(operations::add);
    // An output that is also used inside, or is an input, keeps its inner name and gets a copy.
    graph
        .outputs()
        .forEach((name, v) -> nodes.emit("Identity", List.of(nodes.name(v)), name, Map.of()));

    Proto file = new Proto();
    file.number(1, IR_VERSION).text(2, "fovea");
    file.message(8, opset -> opset.text(1, "").number(2, OPSET));
    file.message(
        7,
        g -> {
          nodes.nodes().forEach(n -> g.raw(1, ByteString.copyFrom(n.toBytes())));
          g.text(2, "fovea");
          for (Param p : graph.params()) {
            if (!nodes.tensors().containsKey(p.name())) {
              tensor(g, p.name(), value(p));
            }
          }
          nodes.tensors().forEach((name, array) -> tensor(g, name, array));
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
          for (int d : array.shape().sizes()) {
            t.number(1, d);
          }
          t.number(2, OnnxNodes.elementType(array.dtype()))
              .text(8, name)
              .raw(9, ByteString.copyFrom(bytes(array)));
        });
  }

  private static byte[] bytes(NDArray array) {
    if (!array.dtype().floating() && array.dtype() != DType.INT64) {
      throw new GraphException("no " + array.dtype().text() + " constants in an exported network");
    }
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
                                    .number(1, OnnxNodes.elementType(v.dtype()))
                                    .message(
                                        2,
                                        shape -> {
                                          for (Dim d : v.shape().dims()) {
                                            shape.message(
                                                1,
                                                dim -> {
                                                  if (d.isFixed()) {
                                                    dim.number(1, d.size());
                                                  } else {
                                                    dim.text(2, d.toString());
                                                  }
                                                });
                                          }
                                        }))));
  }
}
