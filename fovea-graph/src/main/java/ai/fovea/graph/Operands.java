package ai.fovea.graph;

import java.util.List;

/// Checks of what operations are given.
final class Operands {
  private Operands() {}

  /// The only input.
  static Type one(List<Type> inputs) {
    count(inputs, 1, 1, "inputs");
    return inputs.getFirst();
  }

  static void count(List<Type> given, int min, int max, String what) {
    GraphException.require(
        given.size() >= min && given.size() <= max,
        "needs "
            + (min == max ? "" + min : min + " to " + max)
            + " "
            + what
            + ", not "
            + given.size());
  }

  /// The only input, which must be `[N, C, H, W]`.
  static Type image(List<Type> inputs) {
    Type x = one(inputs);
    GraphException.require(x.shape().rank() == 4, "needs [N, C, H, W], not " + x.shape());
    return x;
  }

  /// The only input, which must have that axis.
  static Type withAxis(List<Type> inputs, int axis) {
    Type x = one(inputs);
    x.shape().axis(axis);
    return x;
  }

  /// Two inputs of one element type.
  static void sameElements(Type a, Type b) {
    GraphException.require(a.dtype() == b.dtype(), "elements of " + a + " and " + b + " differ");
  }

  /// The type of two inputs element by element.
  static Type broadcast(Type a, Type b) {
    sameElements(a, b);
    return a.with(Shape.broadcast(a.shape(), b.shape()));
  }

  static List<Type> list(Type x, Shape shape) {
    return List.of(x.with(shape));
  }
}
