package ai.fovea.graph;

import java.util.List;
import java.util.function.Predicate;

/// What to look for in a graph: an operation, and what yields its inputs.
///
/// ```
/// Pattern conv = Pattern.of(Contraction.Conv.class);
/// Pattern norm = Pattern.of(Normalization.BatchNorm.class, conv);
/// ```
///
/// Operations before the last one match only where nothing outside the match uses what they yield. Immutable; a match knows the node of a pattern by the pattern object.
public final class Pattern {
  private final Class<? extends Op> op;
  private final List<Pattern> inputs;
  private final Predicate<Node> condition;

  private Pattern(Class<? extends Op> op, List<Pattern> inputs, Predicate<Node> condition) {
    this.op = op;
    this.inputs = inputs;
    this.condition = condition;
  }

  /// An operation of that class or group whose first inputs are yielded as given; those that are not given may come from anywhere.
  public static Pattern of(Class<? extends Op> op, Pattern... inputs) {
    return new Pattern(op, List.of(inputs), node -> true);
  }

  /// The same where `condition` accepts the node too.
  public Pattern where(Predicate<Node> condition) {
    return new Pattern(op, inputs, this.condition.and(condition));
  }

  boolean accepts(Node node) {
    return op.isInstance(node.op())
        && node.inputs().size() >= inputs.size()
        && condition.test(node);
  }

  List<Pattern> inputs() {
    return inputs;
  }
}
