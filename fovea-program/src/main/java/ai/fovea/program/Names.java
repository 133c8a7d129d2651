package ai.fovea.program;

import ai.fovea.graph.DType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How the two formats call the same things.
final class Names {
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("batch_norm_", "batch_norm"),
          Map.entry("depthwise_conv2d", "conv2d"),
          Map.entry("hard_swish", "hardswish"),
          Map.entry("hard_sigmoid", "hardsigmoid"),
          Map.entry("elementwise_add", "add"),
          Map.entry("elementwise_sub", "subtract"),
          Map.entry("elementwise_mul", "multiply"),
          Map.entry("elementwise_div", "divide"),
          Map.entry("flatten_contiguous_range", "flatten"),
          Map.entry("flatten2", "flatten"),
          Map.entry("fill_constant", "full"),
          Map.entry("range", "arange"),
          Map.entry("reshape2", "reshape"),
          Map.entry("transpose2", "transpose"),
          Map.entry("matmul_v2", "matmul"),
          Map.entry("expand_v2", "expand"),
          Map.entry("nearest_interp_v2", "nearest_interp"));

  // The order of inputs in the newer format.
  private static final Map<String, List<String>> INPUTS =
      Map.ofEntries(
          Map.entry("conv2d", List.of("Input", "Filter")),
          Map.entry("batch_norm", List.of("X", "Mean", "Variance", "Scale", "Bias")),
          Map.entry("pool2d", List.of("X", "KernelSize")),
          Map.entry("add", List.of("X", "Y")),
          Map.entry("subtract", List.of("X", "Y")),
          Map.entry("multiply", List.of("X", "Y")),
          Map.entry("divide", List.of("X", "Y")),
          Map.entry("matmul", List.of("X", "Y")),
          Map.entry("reshape", List.of("X", "Shape")),
          Map.entry("expand", List.of("X", "Shape")),
          Map.entry("concat", List.of("X", "Axis")),
          Map.entry("split", List.of("X", "Sections", "Axis")),
          Map.entry("split_with_num", List.of("X", "Axis")),
          Map.entry("nearest_interp", List.of("X", "OutSize", "SizeTensor", "Scale")),
          Map.entry("scale", List.of("X", "Scale")),
          Map.entry("slice", List.of("Input", "Starts", "Ends")),
          Map.entry("arange", List.of("Start", "End", "Step")),
          Map.entry("dropout", List.of("X", "Seed", "Probability")),
          Map.entry("multiclass_nms3", List.of("BBoxes", "Scores", "RoisNum")));

  // By Paddle's number in the older format.
  private static final Map<Integer, DType> NUMBERS =
      Map.of(
          0, DType.BOOL,
          1, DType.INT16,
          2, DType.INT32,
          3, DType.INT64,
          4, DType.FLOAT16,
          5, DType.FLOAT32,
          6, DType.FLOAT64,
          20, DType.UINT8,
          21, DType.INT8,
          22, DType.BFLOAT16);

  private static final Map<String, DType> CODES =
      Map.of(
          "0.t_f32", DType.FLOAT32,
          "0.t_f64", DType.FLOAT64,
          "0.t_f16", DType.FLOAT16,
          "0.t_bf16", DType.BFLOAT16,
          "0.t_i8", DType.INT8,
          "0.t_ui8", DType.UINT8,
          "0.t_i16", DType.INT16,
          "0.t_i32", DType.INT32,
          "0.t_i64", DType.INT64,
          "0.t_bool", DType.BOOL);

  private Names() {}

  static String type(String name) {
    return TYPES.getOrDefault(name, name);
  }

  /// The name of input `index` in the newer format.
  static String input(String type, int index) {
    List<String> names = INPUTS.getOrDefault(type, List.of("X"));
    return index < names.size() ? names.get(index) : "input " + index;
  }

  static Optional<DType> dtype(int number) {
    return Optional.ofNullable(NUMBERS.get(number));
  }

  static Optional<DType> dtype(String code) {
    return Optional.ofNullable(CODES.get(code));
  }
}
