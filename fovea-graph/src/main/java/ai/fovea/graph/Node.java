package ai.fovea.graph;

import java.util.List;

/// One operation in its place.
///
/// @param path the scope it was made in, e.g. `backbone.blocks.3.conv0`; empty at the root
public record Node(Op op, List<Value> inputs, List<Param> params, Value output, String path) {
  /// Copies the lists.
  public Node {
    inputs = List.copyOf(inputs);
    params = List.copyOf(params);
  }
}
