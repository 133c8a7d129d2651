package ai.fovea.program;

import ai.fovea.graph.DType;
import ai.fovea.graph.GraphException;
import ai.fovea.program.Program.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An instruction with the constants that are known before it: what one format has as an attribute is an input in the other.
///
/// @param constants by the names of values
record Call(Instruction instruction, Map<String, Constant> constants) {

  /// Numbers that a program holds itself.
  ///
  /// @param values one for each element, or one for all
  record Constant(DType dtype, List<Long> dims, List<Double> values) {}

  String type() {
    return instruction.type();
  }

  /// All names of an input; none where it is absent.
  List<String> names(String input) {
    return instruction.inputs().getOrDefault(input, List.of());
  }

  /// The only name of an input.
  String name(String input) {
    List<String> names = names(input);
    if (names.size() != 1) {
      throw new GraphException("needs one input '" + input + "', not " + names);
    }
    return names.getFirst();
  }

  /// The names of its main outputs.
  List<String> out() {
    for (String slot : List.of("Out", "Output", "Y")) {
      List<String> names = instruction.outputs().get(slot);
      if (names != null) {
        return names;
      }
    }
    throw new GraphException("has no output");
  }

  Optional<Object> attribute(String name) {
    return Optional.ofNullable(instruction.attributes().get(name));
  }

  boolean flag(String name) {
    return attribute(name).map(Boolean.TRUE::equals).orElse(false);
  }

  String text(String name, String absent) {
    return attribute(name).map(Object::toString).orElse(absent);
  }

  /// A number from an input, else from an attribute.
  double number(String input, String attribute, double absent) {
    List<Double> all = numbers(input, attribute);
    return all.isEmpty() ? absent : all.getFirst();
  }

  int integer(String input, String attribute, int absent) {
    return whole(number(input, attribute, absent));
  }

  /// Integers from an input, else from an attribute; none where both are absent.
  List<Integer> integers(String input, String attribute) {
    return numbers(input, attribute).stream().map(Call::whole).toList();
  }

  List<Double> numbers(String input, String attribute) {
    List<String> names = names(input);
    if (names.isEmpty()) {
      return attribute(attribute).map(Call::numbers).orElse(List.of());
    }
    var all = new ArrayList<Double>();
    for (String name : names) {
      Constant constant = constants.get(name);
      if (constant == null) {
        throw new GraphException("'" + input + "' is computed while the program runs");
      }
      all.addAll(constant.values());
    }
    return all;
  }

  private static List<Double> numbers(Object value) {
    return switch (value) {
      case List<?> list -> list.stream().flatMap(each -> numbers(each).stream()).toList();
      case Number number -> List.of(number.doubleValue());
      case Boolean flag -> List.of(flag ? 1.0 : 0.0);
      default -> throw new GraphException("'" + value + "' is not a number");
    };
  }

  private static int whole(double value) {
    // What lies beyond, as the end of a slice, is as good as the largest.
    return (int) Math.clamp(Math.rint(value), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }
}
