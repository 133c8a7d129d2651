package ai.fovea.examples;

import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Pattern;
import ai.fovea.models.Models;
import java.util.List;
import java.util.Map;

/// Changes a network before it is trained or exported: each hard swish becomes a ReLU, which some
/// accelerators lack the former for. What follows gets its types anew, and the parameters keep
/// their names.
public final class OwnGraphPass {
  private OwnGraphPass() {}

  /// Prints how many operations of each kind there were before and are afterwards.
  public static void main(String[] args) {
    Graph before = Models.build(Map.of("name", "PPLCNet_x0_25", "class_num", 10), Size.of(64));
    Graph after = withoutHardSwish(before);
    for (Function function : List.of(Function.HARD_SWISH, Function.RELU)) {
      System.out.println(function + ": " + count(before, function) + ", " + count(after, function));
    }
  }

  static Graph withoutHardSwish(Graph graph) {
    Pattern hardSwish =
        Pattern.of(Elementwise.Unary.class)
            .where(node -> node.op().equals(new Elementwise.Unary(Function.HARD_SWISH)));
    return graph.rewrite(
        hardSwish,
        (match, scope) ->
            List.of(scope.apply(new Elementwise.Unary(Function.RELU), match.input(hardSwish, 0))));
  }

  static long count(Graph graph, Function function) {
    var op = new Elementwise.Unary(function);
    return graph.nodes().stream().filter(node -> node.op().equals(op)).count();
  }
}
