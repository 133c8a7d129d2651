package ai.fovea.onnx;

import ai.fovea.graph.Dim;
import ai.fovea.graph.Graph;
import ai.fovea.graph.GraphException;
import ai.fovea.graph.Inference;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Param;
import ai.fovea.graph.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Writes a graph as an ONNX model (operator set 20, IR version 9; field numbers from onnx.proto).
///
/// Protobuf has no messages beyond 2 GiB: where the file would be longer, it says instead where its weights lie in another file ([OnnxData]).
///
/// Named dimensions stay free, under their names. Everything that exists only in training is removed and batch
/// norms are folded first ([Inference]).
public final class OnnxWriter {
  private static final int OPSET = 20;
  private static final int IR_VERSION = 9;
  private static final long LIMIT = Integer.MAX_VALUE;

  private final Inference model;
  private final OnnxNodes nodes;

  private OnnxWriter(Inference model) {
    this.model = model;
    this.nodes = new OnnxNodes(model.graph());
  }

  /// As [#write(Graph, Map, Map)], without metadata.
  public static OnnxNetwork write(Graph graph, Map<String, NDArray> values) {
    return write(graph, values, Map.of());
  }

  /// The model, which refers to the values: they are read when it is written or run, and must not change until then.
  ///
  /// @param values at least the value of every parameter that is not a constant
  /// @param metadata keys and values to store in the file
  /// @throws GraphException naming what can't be expressed or has no value
  public static OnnxNetwork write(
      Graph graph, Map<String, NDArray> values, Map<String, String> metadata) {
    return write(graph, values, metadata, LIMIT);
  }

  /// @param limit bytes of a model file; where it would be longer, the weights go to a file of their own
  static OnnxNetwork write(
      Graph graph, Map<String, NDArray> values, Map<String, String> metadata, long limit) {
    return new OnnxWriter(Inference.of(graph, values)).write(metadata, limit);
  }

  private OnnxNetwork write(Map<String, String> metadata, long limit) {
    Graph graph = model.graph();
    var operations = new OnnxOperations(nodes, this::value);
    graph.nodes().forEach(operations::add);
    // An output that is also used inside, or is an input, keeps its inner name and gets a copy.
    graph
        .outputs()
        .forEach((name, v) -> nodes.emit("Identity", List.of(nodes.name(v)), name, Map.of()));

    var tensors = new LinkedHashMap<String, NDArray>();
    for (Param p : graph.params()) {
      if (!nodes.tensors().containsKey(p.name())) {
        tensors.put(p.name(), value(p));
      }
    }
    tensors.putAll(nodes.tensors());
    List<Piece> whole = file(metadata, tensors, Optional.empty());
    if (Proto.length(whole) <= limit) {
      return new OnnxNetwork(whole, Optional.empty());
    }
    OnnxData data = OnnxData.of(tensors);
    return new OnnxNetwork(file(metadata, tensors, Optional.of(data)), Optional.of(data));
  }

  private List<Piece> file(
      Map<String, String> metadata, Map<String, NDArray> tensors, Optional<OnnxData> data) {
    Graph graph = model.graph();
    Proto file = new Proto();
    file.number(1, IR_VERSION).text(2, "fovea");
    file.message(8, opset -> opset.text(1, "").number(2, OPSET));
    file.message(
        7,
        g -> {
          nodes.nodes().forEach(n -> g.message(1, n));
          g.text(2, "fovea");
          tensors.forEach((name, array) -> tensor(g, name, array, data));
          graph.inputs().forEach((name, v) -> info(g, 11, name, v));
          graph.outputs().forEach((name, v) -> info(g, 12, name, v));
        });
    metadata.forEach((k, v) -> file.message(14, entry -> entry.text(1, k).text(2, v)));
    return file.pieces();
  }

  private NDArray value(Param p) {
    return Objects.requireNonNull(model.values().get(p.name()), p.name());
  }

  private static void tensor(Proto graph, String name, NDArray array, Optional<OnnxData> data) {
    graph.message(
        5,
        t -> {
          for (int d : array.shape().sizes()) {
            t.number(1, d);
          }
          t.number(2, OnnxNodes.elementType(array.dtype())).text(8, name);
          Optional<OnnxData.Part> part = data.flatMap(d -> d.part(name));
          if (part.isEmpty()) {
            t.raw(9, Piece.of(array));
            return;
          }
          external(t, "location", data.orElseThrow().name());
          external(t, "offset", Long.toString(part.get().offset()));
          external(t, "length", Long.toString(part.get().piece().length()));
          t.number(14, 1); // EXTERNAL
        });
  }

  private static void external(Proto tensor, String key, String value) {
    tensor.message(13, entry -> entry.text(1, key).text(2, value));
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
