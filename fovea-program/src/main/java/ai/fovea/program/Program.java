package ai.fovea.program;

import ai.fovea.graph.DType;
import java.util.List;
import java.util.Map;

/// What both formats of programs say, in one form.
///
/// @param inputs in the order in which they are fed
/// @param parameters by name
/// @param outputs the names of values in the order in which they are fetched
record Program(
    List<Tensor> inputs,
    Map<String, Tensor> parameters,
    List<Instruction> instructions,
    List<String> outputs) {

  /// @param dims -1 where a dimension is open
  record Tensor(String name, DType dtype, List<Long> dims) {}

  /// One operation. Its type and the names of its inputs, outputs and attributes are those of the older format, without version suffixes: `reshape`, `X`.
  ///
  /// @param attributes numbers as `Long` or `Double`, also `Boolean`, `String` and lists of these
  record Instruction(
      String type,
      Map<String, List<String>> inputs,
      Map<String, List<String>> outputs,
      Map<String, Object> attributes) {}
}
