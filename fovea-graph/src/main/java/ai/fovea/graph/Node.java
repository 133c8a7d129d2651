package ai.fovea.graph;

import java.util.List;

/// One operation in its place.
///
/// @param path the scope it was made in, e.g. `backbone.blocks.3.conv0`; empty at the root
public record Node(
    Op op, List<Value> inputs, List<Param> params, List<Value> outputs, String path) {
  /// Copies the lists.
  public Node {
    inputs = List.copyOf(inputs);
    params = List.copyOf(params);
    outputs = List.copyOf(outputs);
  }

  /// The output of an operation that has one.
  ///
  /// @throws GraphException if it has several
  public Value output() {
    if (outputs.size() != 1) {
      throw new GraphException(path + ": " + op.name() + " has " + outputs.size() + " outputs");
    }
    return outputs.getFirst();
  }

  /// Its first input.
  public Value input() {
    return inputs.getFirst();
  }
}
