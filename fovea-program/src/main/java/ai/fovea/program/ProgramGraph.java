package ai.fovea.program;

import ai.fovea.graph.Contraction;
import ai.fovea.graph.DType;
import ai.fovea.graph.Dim;
import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Elementwise.Arithmetic;
import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Graph;
import ai.fovea.graph.GraphException;
import ai.fovea.graph.Init;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Movement.Interpolation;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Op;
import ai.fovea.graph.Op.Pads;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Param;
import ai.fovea.graph.Pooling;
import ai.fovea.graph.Reduction;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Source;
import ai.fovea.graph.TrainingOnly;
import ai.fovea.graph.Value;
import ai.fovea.program.Call.Constant;
import ai.fovea.program.ExportedProgram.Suppression;
import ai.fovea.program.Program.Instruction;
import ai.fovea.program.Program.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Makes a graph of a program, instruction by instruction.
///
/// Sizes that programs compute are resolved on the way, since no operation of a graph has an input that decides a shape.
// Over 400 lines: one switch over the operations of programs, with a method for each that takes
// more
// than a line.
final class ProgramGraph {
  private final Program program;
  private final int multiple;
  private final Scope root = Scope.root();
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Constant> constants = new HashMap<>();
  private final Map<String, Param> params = new HashMap<>();
  private final Set<String> suppressed = new HashSet<>();
  private final Map<String, Value> outputs = new LinkedHashMap<>();
  private Optional<Suppression> suppression = Optional.empty();

  ProgramGraph(Program program, int multiple) {
    this.program = program;
    this.multiple = multiple;
  }

  Optional<Suppression> suppression() {
    return suppression;
  }

  Graph build() {
    for (Tensor input : program.inputs()) {
      values.put(input.name(), root.input(input.name(), shape(input), input.dtype()));
    }
    for (Instruction instruction : program.instructions()) {
      Call call = new Call(instruction, constants);
      try {
        add(call);
      } catch (GraphException e) {
        throw new GraphException(place(call) + " (" + call.type() + "): " + e.getMessage(), e);
      }
    }
    for (int i = 0; i < program.outputs().size(); i++) {
      String name = program.outputs().get(i);
      if (!suppressed.contains(name)) {
        outputs.put("output" + i, value(name));
      }
    }
    return root.graph(outputs);
  }

  /// The shape of a parameter.
  static Shape fixed(Tensor parameter) {
    return Shape.of(parameter.dims().stream().map(Dim::of).toList());
  }

  private Shape shape(Tensor input) {
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < input.dims().size(); axis++) {
      long size = input.dims().get(axis);
      boolean side = axis > 1 && input.dims().size() == 4;
      if (side && (multiple > 0 || size < 0)) {
        dims.add(Dim.named(axis == 2 ? "H" : "W").times(Math.max(1, multiple)));
      } else if (size < 0) {
        dims.add(axis == 0 ? Dim.BATCH : Dim.named("axis" + axis));
      } else {
        dims.add(Dim.of(size));
      }
    }
    return Shape.of(dims);
  }

  private static String place(Call call) {
    String layer = call.text("struct_name", "").replaceAll("^/|/$", "").replace('/', '.');
    return layer.isEmpty() ? call.out().getFirst() : layer;
  }

  private Scope at(Call call) {
    return root.child(place(call));
  }

  private Value value(String name) {
    Value value = values.get(name);
    if (value == null) {
      value = read(name);
      values.put(name, value);
    }
    return value;
  }

  /// A parameter or a constant that is used as a tensor.
  private Value read(String name) {
    if (program.parameters().containsKey(name)) {
      return root.read(param(name, Param.Kind.TRAINED));
    }
    Constant constant = constants.get(name);
    if (constant == null) {
      throw new GraphException("nothing yields '" + name + "'");
    }
    if (constant.values().stream().distinct().count() != 1) {
      throw new GraphException("'" + name + "' is a list of numbers where a tensor is needed");
    }
    Shape shape = Shape.of(constant.dims().stream().map(Dim::of).toList());
    var fill = new Source.Fill(constant.values().getFirst(), constant.dtype(), shape);
    return root.apply(fill, List.of(), List.of());
  }

  private Param param(String name, Param.Kind kind) {
    Tensor tensor = program.parameters().get(name);
    if (tensor == null) {
      throw new GraphException("'" + name + "' is not a parameter");
    }
    return params.computeIfAbsent(
        name,
        _ -> root.param(new Param(name, fixed(tensor), tensor.dtype(), Init.ZEROS, kind, 1, 1)));
  }

  private void yields(Call call, Op op, Value... inputs) {
    yields(call, op, List.of(inputs), List.of());
  }

  private void yields(Call call, Op op, List<Value> inputs, List<Param> parameters) {
    yields(call, at(call).applyAll(op, inputs, parameters));
  }

  private void yields(Call call, List<Value> all) {
    List<String> names = call.out();
    if (names.size() != all.size()) {
      throw new GraphException("yields " + all.size() + " values, not " + names);
    }
    for (int i = 0; i < all.size(); i++) {
      values.put(names.get(i), all.get(i));
      constants.remove(names.get(i));
    }
  }

  private void add(Call call) {
    switch (call.type()) {
      case "full" -> full(call);
      case "full_int_array" -> {
        List<Double> all = call.numbers("", "value");
        put(call, new Constant(DType.INT64, List.of((long) all.size()), all));
      }
      case "arange" -> arange(call);
      case "conv2d" -> conv(call);
      case "batch_norm" -> batchNorm(call);
      case "pool2d" -> pool(call);
      case "relu" -> unary(call, Function.RELU);
      case "relu6" -> unary(call, Function.RELU6);
      case "sigmoid" -> unary(call, Function.SIGMOID);
      case "tanh" -> unary(call, Function.TANH);
      case "silu", "swish" -> unary(call, Function.SILU);
      case "hardswish" -> unary(call, Function.HARD_SWISH);
      case "sqrt" -> unary(call, Function.SQRT);
      case "exp" -> unary(call, Function.EXP);
      case "gelu" -> {
        require(!call.flag("approximate"), "the approximate form is not supported");
        unary(call, Function.GELU);
      }
      case "leaky_relu" ->
          yields(call, new Elementwise.LeakyRelu(call.number("", "alpha", 0.02)), x(call));
      case "hardsigmoid" ->
          yields(
              call,
              new Elementwise.HardSigmoid(
                  call.number("", "slope", 0.2), call.number("", "offset", 0.5)),
              x(call));
      case "scale" -> scale(call);
      case "cast" -> yields(call, new Elementwise.Cast(dtype(call)), x(call));
      case "add" -> binary(call, Arithmetic.ADD);
      case "subtract" -> binary(call, Arithmetic.SUBTRACT);
      case "multiply" -> binary(call, Arithmetic.MULTIPLY);
      case "divide" -> binary(call, Arithmetic.DIVIDE);
      case "matmul" ->
          yields(
              call,
              new Contraction.MatMul(
                  call.flag("trans_x") || call.flag("transpose_x"),
                  call.flag("trans_y") || call.flag("transpose_y")),
              x(call),
              value(call.name("Y")));
      case "softmax" ->
          yields(call, new Normalization.Softmax(call.integer("", "axis", -1)), x(call));
      case "dropout" -> {
        double p = call.number("Probability", "dropout_prob", 0.5);
        String mode = call.text("mode", call.text("dropout_implementation", "downgrade_in_infer"));
        yields(call, new TrainingOnly.Dropout(p, mode.equals("downgrade_in_infer")), x(call));
      }
      case "reshape" -> reshape(call);
      case "flatten" -> flatten(call);
      case "transpose" -> {
        List<Integer> order = call.integers("", "perm");
        yields(
            call,
            new Movement.Transpose(order.isEmpty() ? call.integers("", "axis") : order),
            x(call));
      }
      case "concat" ->
          yields(
              call,
              new Movement.Concat(call.integer("Axis", "axis", 0)),
              call.names("X").stream().map(this::value).toList(),
              List.of());
      case "split", "split_with_num" -> split(call);
      case "slice" -> slice(call);
      case "expand" -> expand(call);
      case "nearest_interp" -> enlarge(call, Interpolation.NEAREST);
      case "bilinear_interp", "bilinear_interp_v2" -> enlarge(call, Interpolation.BILINEAR);
      case "multiclass_nms3" -> suppress(call);
      default -> throw new GraphException("graphs have no such operation");
    }
  }

  private static void require(boolean condition, String problem) {
    if (!condition) {
      throw new GraphException(problem);
    }
  }

  private Value x(Call call) {
    return value(call.name(call.names("Input").isEmpty() ? "X" : "Input"));
  }

  private void put(Call call, Constant constant) {
    String name = call.out().getFirst();
    constants.put(name, constant);
    values.remove(name);
  }

  private void full(Call call) {
    String text = call.text("str_value", "");
    double value = text.isEmpty() ? call.number("", "value", 0) : Double.parseDouble(text);
    List<Long> dims = call.numbers("", "shape").stream().map(Double::longValue).toList();
    put(call, new Constant(dtype(call), dims, List.of(value)));
  }

  /// The element type that an instruction names.
  private static DType dtype(Call call) {
    Object named = call.attribute("out_dtype").or(() -> call.attribute("dtype")).orElse("float32");
    return named instanceof Long number
        ? Names.dtype(number.intValue())
            .orElseThrow(() -> new GraphException("unknown element type " + number))
        : DType.of(named.toString());
  }

  private void arange(Call call) {
    double start = call.number("Start", "", 0);
    double end = call.number("End", "", 0);
    double step = call.number("Step", "", 1);
    require(step != 0 && (end - start) / step >= 0, "from " + start + " to " + end + " by " + step);
    long count = (long) Math.ceil((end - start) / step);
    DType dtype =
        call.attribute("dtype").isPresent()
            ? dtype(call)
            : Objects.requireNonNull(constants.get(call.name("Start"))).dtype();
    yields(call, new Source.Range(start, step, Dim.of(count), dtype));
  }

  private void unary(Call call, Function function) {
    yields(call, new Elementwise.Unary(function), x(call));
  }

  private void binary(Call call, Arithmetic arithmetic) {
    Value x = x(call);
    Value y = value(call.name("Y"));
    int axis = call.integer("", "axis", -1);
    if (axis >= 0 && y.shape().rank() < x.shape().rank() - axis) {
      // Aligned from `axis` on, not from the end.
      var dims = new ArrayList<>(y.shape().dims());
      while (dims.size() < x.shape().rank() - axis) {
        dims.add(Dim.ONE);
      }
      y = at(call).apply(new Movement.Reshape(Shape.of(dims)), y);
    }
    yields(call, new Elementwise.Binary(arithmetic), x, y);
  }

  private void scale(Call call) {
    double scale = call.number("Scale", "scale", 1);
    double bias = call.number("", "bias", 0);
    boolean after = call.attribute("bias_after_scale").map(Boolean.TRUE::equals).orElse(true);
    yields(call, new Elementwise.Affine(scale, after ? bias : bias * scale), x(call));
  }

  private void conv(Call call) {
    Value x = x(call);
    Param weight = param(call.name("Filter"), Param.Kind.TRAINED);
    Size stride = size(call.integers("", "strides"));
    Size dilation = size(call.integers("", "dilations"));
    var kernel = new Size(weight.shape().size(2), weight.shape().size(3));
    requireNchw(call);
    var op =
        new Contraction.Conv(
            stride, pads(call, x, kernel, stride), dilation, call.integer("", "groups", 1));
    yields(call, op, List.of(x), List.of(weight));
  }

  private static void requireNchw(Call call) {
    String format = call.text("data_format", call.text("data_layout", "NCHW"));
    require(format.equals("NCHW") || format.equals("AnyLayout"), "layout " + format + ", not NCHW");
  }

  private static Size size(List<Integer> sizes) {
    require(sizes.size() == 1 || sizes.size() == 2, "needs height and width, not " + sizes);
    return new Size(sizes.getFirst(), sizes.getLast());
  }

  private static Pads pads(Call call, Value x, Size kernel, Size stride) {
    List<Integer> given = call.integers("", "paddings");
    return switch (call.text("padding_algorithm", "EXPLICIT")) {
      case "VALID" -> Pads.NONE;
      case "SAME" -> Pads.same(x.shape().size(2), x.shape().size(3), kernel, stride);
      default ->
          switch (given.size()) {
            case 0 -> Pads.NONE;
            case 2 -> new Pads(given.get(0), given.get(1), given.get(0), given.get(1));
            // Top, bottom, left, right.
            case 4 -> new Pads(given.get(0), given.get(2), given.get(1), given.get(3));
            default -> throw new GraphException("paddings " + given);
          };
    };
  }

  private void batchNorm(Call call) {
    requireNchw(call);
    var op =
        new Normalization.BatchNorm(
            call.number("", "epsilon", 1e-5), call.number("", "momentum", 0.9), false);
    List<Param> parameters =
        List.of(
            param(call.name("Scale"), Param.Kind.TRAINED),
            param(call.name("Bias"), Param.Kind.TRAINED),
            param(call.name("Mean"), Param.Kind.STATISTIC),
            param(call.name("Variance"), Param.Kind.STATISTIC));
    yields(call, op, List.of(x(call)), parameters);
  }

  private void pool(Call call) {
    requireNchw(call);
    Value x = x(call);
    boolean mean = call.text("pooling_type", "max").equals("avg");
    List<Integer> given = call.integers("KernelSize", "ksize");
    if (call.flag("adaptive") || call.flag("global_pooling")) {
      Size places = call.flag("adaptive") ? size(given) : Size.of(1);
      if (mean) {
        yields(call, new Pooling.AdaptiveAvgPool(places), x);
      } else {
        require(places.equals(Size.of(1)), "adaptive maximum to " + places);
        yields(call, new Reduction.Max(List.of(2, 3), true), x);
      }
      return;
    }
    Size kernel = size(given);
    Size stride = size(call.integers("", "strides"));
    Pads pads = pads(call, x, kernel, stride);
    boolean ceil = call.flag("ceil_mode");
    yields(
        call,
        mean
            ? new Pooling.AvgPool(kernel, stride, pads, ceil, !call.flag("exclusive"))
            : new Pooling.MaxPool(kernel, stride, pads, ceil),
        x);
  }

  /// 0 keeps a dimension, -1 is what is left.
  private void reshape(Call call) {
    Value x = x(call);
    List<Integer> wanted = call.integers("Shape", "shape");
    var dims = new ArrayList<Dim>();
    int open = -1;
    for (int i = 0; i < wanted.size(); i++) {
      int size = wanted.get(i);
      if (size == -1) {
        require(open < 0, "two open dimensions in " + wanted);
        open = i;
      }
      dims.add(size == 0 ? x.shape().dim(i) : size == -1 ? Dim.ONE : Dim.of(size));
    }
    if (open >= 0) {
      dims.set(open, x.shape().elements().exactlyDividedBy(Shape.of(dims).elements()));
    }
    yields(call, new Movement.Reshape(Shape.of(dims)), x);
  }

  private void flatten(Call call) {
    Value x = x(call);
    Shape shape = x.shape();
    int start = shape.axis(call.integer("", "start_axis", 1));
    int stop = shape.axis(call.integer("", "stop_axis", -1));
    require(start <= stop, "axes " + start + " to " + stop);
    var dims = new ArrayList<>(shape.dims().subList(0, start));
    dims.add(Shape.of(shape.dims().subList(start, stop + 1)).elements());
    dims.addAll(shape.dims().subList(stop + 1, shape.rank()));
    yields(call, new Movement.Reshape(Shape.of(dims)), x);
  }

  private void split(Call call) {
    Value x = x(call);
    int axis = call.integer("Axis", "axis", 0);
    int size = x.shape().size(axis);
    int parts = call.integer("", "num", 0);
    var sizes = new ArrayList<>(call.integers("Sections", "sections"));
    if (sizes.isEmpty()) {
      require(parts > 0 && size % parts == 0, parts + " equal parts of " + size);
      for (int i = 0; i < parts; i++) {
        sizes.add(size / parts);
      }
    }
    int open = sizes.indexOf(-1);
    if (open >= 0) {
      sizes.set(open, size - 1 - sizes.stream().mapToInt(s -> s).sum());
    }
    yields(call, new Movement.Split(axis, sizes), x);
  }

  private void slice(Call call) {
    Value x = x(call);
    List<Integer> axes = call.integers("", "axes");
    List<Integer> starts = call.integers("Starts", "starts");
    List<Integer> ends = call.integers("Ends", "ends");
    require(
        axes.size() == starts.size() && axes.size() == ends.size(),
        "axes " + axes + " from " + starts + " to " + ends);
    Value y = x;
    for (int i = 0; i < axes.size(); i++) {
      int axis = axes.get(i);
      int size = y.shape().size(axis);
      int start = bound(starts.get(i), size);
      int end = bound(ends.get(i), size);
      if (start > 0 || end < size) {
        y = at(call).apply(new Movement.Slice(axis, start, end, 1), y);
      }
    }
    List<Integer> dropped =
        call.integers("", "decrease_axis").stream().map(y.shape()::axis).toList();
    if (!dropped.isEmpty()) {
      var dims = new ArrayList<Dim>();
      for (int axis = 0; axis < y.shape().rank(); axis++) {
        if (!dropped.contains(axis)) {
          dims.add(y.shape().dim(axis));
        }
      }
      y = at(call).apply(new Movement.Reshape(Shape.of(dims)), y);
    }
    yields(call, List.of(y));
  }

  private static int bound(int given, int size) {
    return Math.clamp(given < 0 ? (long) given + size : given, 0, size);
  }

  /// -1 keeps a dimension.
  private void expand(Call call) {
    Value x = x(call);
    List<Integer> wanted = call.integers("Shape", "shape");
    int added = wanted.size() - x.shape().rank();
    require(added >= 0, x.shape() + " to " + wanted);
    var dims = new ArrayList<Dim>();
    for (int i = 0; i < wanted.size(); i++) {
      int size = wanted.get(i);
      require(size != -1 || i >= added, "an open dimension in front of " + wanted);
      dims.add(size == -1 ? x.shape().dim(i - added) : Dim.of(size));
    }
    yields(call, new Movement.Expand(Shape.of(dims)), x);
  }

  private void enlarge(Call call, Interpolation mode) {
    Value x = x(call);
    require(
        !call.flag("align_corners")
            && (mode == Interpolation.NEAREST || call.integer("", "align_mode", 1) == 0),
        "only pixel centres aligned are supported");
    List<Double> scales = call.numbers("Scale", "scale");
    int h = call.integer("", "out_h", -1);
    int w = call.integer("", "out_w", -1);
    double down = scales.isEmpty() ? (double) h / x.shape().size(2) : scales.getFirst();
    double right = scales.isEmpty() ? (double) w / x.shape().size(3) : scales.getLast();
    require(
        call.names("OutSize").isEmpty()
            && call.names("SizeTensor").isEmpty()
            && down == (int) down
            && right == (int) right
            && down >= 1
            && right >= 1,
        "enlarging by " + down + " x " + right + " is not by whole factors");
    yields(call, new Movement.Enlarge(mode, new Size((int) down, (int) right)), x);
  }

  private void suppress(Call call) {
    suppression =
        Optional.of(
            new Suppression(
                call.number("", "score_threshold", 0),
                call.integer("", "nms_top_k", -1),
                call.integer("", "keep_top_k", -1),
                call.number("", "nms_threshold", 0.3),
                call.number("", "nms_eta", 1),
                call.flag("normalized"),
                call.integer("", "background_label", -1)));
    outputs.put("boxes", value(call.name("BBoxes")));
    outputs.put("scores", value(call.name("Scores")));
    call.instruction().outputs().values().forEach(suppressed::addAll);
  }
}
