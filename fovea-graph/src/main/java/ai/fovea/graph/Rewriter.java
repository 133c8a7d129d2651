package ai.fovea.graph;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// Builds a graph anew, operation by operation, with matches of a pattern replaced.
final class Rewriter {
  private final Graph graph;
  private final Scope root;
  private final Map<Integer, Node> producers = new HashMap<>();
  private final Map<Integer, Integer> uses = new HashMap<>();
  private final Map<Integer, Value> renewed = new HashMap<>();

  Rewriter(Graph graph) {
    this.graph = graph;
    this.root = Scope.of(graph);
    for (Node node : graph.nodes()) {
      node.outputs().forEach(v -> producers.put(v.id(), node));
      node.inputs().forEach(v -> uses.merge(v.id(), 1, Integer::sum));
    }
    graph.outputs().values().forEach(v -> uses.merge(v.id(), 1, Integer::sum));
  }

  Graph replace(Pattern pattern, Replacement replacement) {
    inputs(Map.of());
    boolean changed = false;
    for (Node node : graph.nodes()) {
      var match = new Replacement.Match(this::renewed);
      List<Value> outputs = List.of();
      if (matches(pattern, node, match)) {
        outputs = replacement.replace(match, root.child(node.path()));
        if (!outputs.isEmpty() && outputs.size() != node.outputs().size()) {
          throw new GraphException(
              node.path()
                  + ": "
                  + outputs.size()
                  + " values for "
                  + node.outputs().size()
                  + " of "
                  + node.op().name());
        }
      }
      changed |= !outputs.isEmpty();
      put(node, outputs.isEmpty() ? again(node, node.op()) : outputs);
    }
    return changed ? finish() : graph;
  }

  /// @param sizes of names in the shapes of inputs
  Graph map(UnaryOperator<Op> change, Map<String, Integer> sizes) {
    inputs(sizes);
    for (Node node : graph.nodes()) {
      put(node, again(node, change.apply(node.op())));
    }
    return finish();
  }

  private void inputs(Map<String, Integer> sizes) {
    graph
        .inputs()
        .forEach(
            (name, v) -> renewed.put(v.id(), root.input(name, v.shape().with(sizes), v.dtype())));
  }

  private boolean matches(Pattern part, Node node, Replacement.Match match) {
    if (!part.accepts(node)) {
      return false;
    }
    match.put(part, node);
    for (int i = 0; i < part.inputs().size(); i++) {
      Node producer = producers.get(node.inputs().get(i).id());
      if (producer == null
          || producer.outputs().stream().anyMatch(v -> uses.getOrDefault(v.id(), 0) > 1)
          || !matches(part.inputs().get(i), producer, match)) {
        return false;
      }
    }
    return true;
  }

  private List<Value> again(Node node, Op op) {
    return root.child(node.path())
        .applyAll(op, node.inputs().stream().map(this::renewed).toList(), node.params());
  }

  private void put(Node node, List<Value> outputs) {
    for (int i = 0; i < outputs.size(); i++) {
      renewed.put(node.outputs().get(i).id(), outputs.get(i));
    }
  }

  private Value renewed(Value old) {
    return Objects.requireNonNull(renewed.get(old.id()), () -> "nothing yields " + old);
  }

  private Graph finish() {
    var outputs = new LinkedHashMap<String, Value>();
    graph.outputs().forEach((name, v) -> outputs.put(name, renewed(v)));
    return root.graph(graph.anchors(), this::renewed, outputs);
  }
}
