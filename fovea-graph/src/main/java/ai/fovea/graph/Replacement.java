package ai.fovea.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// What takes the place of a match of a [Pattern].
@FunctionalInterface
public interface Replacement {
  /// Adds the operations that take the place of a match.
  ///
  /// @param scope the place of its last operation, in the new graph
  /// @return a value of the new graph for each output of the last operation; an empty list leaves everything as it is
  List<Value> replace(Match match, Scope scope);

  /// Nodes of a graph that a pattern describes.
  final class Match {
    private final Map<Pattern, Node> nodes = new HashMap<>();
    private final UnaryOperator<Value> renewed;

    Match(UnaryOperator<Value> renewed) {
      this.renewed = renewed;
    }

    void put(Pattern pattern, Node node) {
      nodes.put(pattern, node);
    }

    /// The node that a part of the pattern describes.
    public Node node(Pattern part) {
      return Objects.requireNonNull(
          nodes.get(part), "not a part of the pattern that was looked for");
    }

    /// Input `index` of that node, as a value of the new graph.
    public Value input(Pattern part, int index) {
      return renewed.apply(node(part).inputs().get(index));
    }

    /// All inputs of that node, as values of the new graph.
    public List<Value> inputs(Pattern part) {
      return node(part).inputs().stream().map(renewed).toList();
    }
  }
}
