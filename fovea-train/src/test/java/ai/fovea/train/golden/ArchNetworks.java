package ai.fovea.train.golden;

import ai.fovea.base.ModelException;
import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Node;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Summary;
import ai.fovea.models.Models;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.GoldenFile;
import ai.fovea.testkit.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Records of whole networks: names and shapes of parameters, norms, multiply-adds, outputs on both engines.
public final class ArchNetworks {
  /// Constructions of the reference that this project does not build yet, as they appear in arguments.
  private static final List<String> NOT_YET =
      List.of(
          "use_ml_decoder",
          "DiverseBranchBlock",
          "DistillationModel",
          "AttentionModel",
          "\"AdaMargin\"",
          "\"FRFNNeck\"",
          "\"MetaBNNeck\"");

  private ArchNetworks() {}

  /// Why a network is not built yet; empty where it is.
  static Optional<String> missing(String arch, JsonNode args) {
    String text = arch + " " + args;
    Optional<String> part = NOT_YET.stream().filter(text::contains).findFirst();
    if (part.isPresent()) {
      return Optional.of("not built yet: " + part.get().replace("\"", ""));
    }
    String name = arch.equals("RecModel") ? args.path("Backbone").path("name").asString("?") : arch;
    return Models.names().contains(name) ? Optional.empty() : Optional.of("not built yet: " + name);
  }

  /// The description from which the network of a record is built.
  static Map<String, Object> description(String arch, JsonNode args) {
    var description = new LinkedHashMap<String, Object>();
    description.put("name", arch);
    if (GoldenFile.plain(args) instanceof Map<?, ?> map) {
      map.forEach((k, v) -> description.put(String.valueOf(k), v));
    }
    return description;
  }

  /// Values of all parameters that are not constants.
  public static Map<String, NDArray> values(Graph graph, double gain) {
    var values = new LinkedHashMap<String, NDArray>();
    for (Param p : graph.params()) {
      if (p.kind() != Param.Kind.CONSTANT) {
        int[] dims = p.shape().sizes();
        values.put(p.name(), NDArray.of(Golden.parameter(p.name(), p.name(), dims, gain), dims));
      }
    }
    return values;
  }

  /// The input tensor of that name.
  static NDArray input(String name, JsonNode shape) {
    int[] dims = Tensors.dims(shape);
    return NDArray.of(Golden.values(name, Shape.of(dims).size(), 2, 0), dims);
  }

  /// Relative tolerance: 1e-5, more where the network amplifies noise, at most 1e-4. Where the record does not say
  /// how much it does, 20-fold is assumed: MobileNetV3, the most sensitive of those measured, reaches 29. Records that
  /// call themselves unhealthy have no such limit: EfficientNetB5 amplifies noise 190,000-fold, so that already two ways
  /// of rounding differ by a tenth.
  static double tolerance(JsonNode record) {
    double amplified = 1e-5 + 3e-6 * record.path("noise_gain").asDouble(20);
    return record.path("healthy").asBoolean(true) ? Math.min(LIMIT, amplified) : amplified;
  }

  /// Relative tolerance where nothing is said against it.
  private static final double LIMIT = 1e-4;

  /// @param full the full record
  /// @param brief a record with another input and its outputs, in whose place the full record's are not run
  static void run(
      JsonNode full, Optional<JsonNode> brief, String where, Consumer<CaseResult> sink) {
    String name = full.get("name").asString();
    String arch = full.get("arch").asString();
    JsonNode args = full.get("args");
    JsonNode run = brief.orElse(full);
    Optional<String> missing = missing(arch, args);
    if (missing.isPresent()) {
      sink.accept(CaseResult.skipped(name, missing.get(), where));
      return;
    }
    var description = description(arch, args);
    JsonNode shape = run.get("input_shape");
    boolean channelsLast = "NHWC".equals(description.get("data_format"));
    int at = channelsLast ? 1 : 2;
    Graph graph;
    try {
      graph =
          Models.build(
              AsYaml.config(description),
              new Size(shape.get(at).asInt(), shape.get(at + 1).asInt()),
              false);
    } catch (ModelException e) {
      sink.accept(
          CaseResult.failed(
              name + "/parameters", "a network", String.valueOf(e.getMessage()), where));
      return;
    }
    if (brief.isEmpty()) {
      parameters(full, graph, where, sink);
    }
    JsonNode outputs = run.path("outputs");
    if (!outputs.isArray()) {
      String reason = full.path("outputs_absent_because").asString("no outputs in the record");
      sink.accept(CaseResult.skipped(name + "/outputs", reason, where));
      return;
    }
    if (channelsLast) {
      sink.accept(CaseResult.skipped(name + "/outputs", "channels-last input", where));
      return;
    }
    NDArray image = input(run.path("input").asString("input"), shape);
    outputs(new Case(name, graph, run, tolerance(full), where), image, sink);
  }

  private record Case(String name, Graph graph, JsonNode golden, double tolerance, String where) {}

  private static void outputs(Case c, NDArray image, Consumer<CaseResult> sink) {
    double gain = c.golden.get("gain").asDouble();
    Map<String, NDArray> values = values(c.graph, gain);
    Optional<Map<String, NDArray>> torch =
        attempt(c, "torch", sink, () -> Engines.torch(c.graph, values, image));
    Optional<Map<String, NDArray>> onnx =
        attempt(c, "onnx", sink, () -> Engines.onnx(c.graph, values, image));
    if (torch.isPresent() && onnx.isPresent()) {
      agree(c, torch.get(), onnx.get(), sink);
    }
  }

  private interface Engine {
    Map<String, NDArray> run() throws java.io.IOException;
  }

  private static Optional<Map<String, NDArray>> attempt(
      Case c, String engine, Consumer<CaseResult> sink, Engine run) {
    String name = c.name + "/" + engine;
    Map<String, NDArray> got;
    try {
      got = run.run();
    } catch (java.io.IOException | RuntimeException e) {
      sink.accept(CaseResult.failed(name, "outputs", String.valueOf(e.getMessage()), c.where));
      return Optional.empty();
    }
    List<NDArray> inOrder = c.graph.outputs().keySet().stream().map(got::get).toList();
    JsonNode all = c.golden.get("outputs");
    for (int i = 0; i < all.size(); i++) {
      JsonNode expected = all.get(i);
      String path = expected.get("path").asString();
      // A single output is called `out`, several are numbered or have names.
      NDArray array =
          got.containsKey(path) ? got.get(path) : i < inOrder.size() ? inOrder.get(i) : null;
      if (array == null) {
        sink.accept(CaseResult.failed(name, "an output " + path, got.keySet().toString(), c.where));
        return Optional.empty();
      }
      Optional<Tensors.Difference> wrong = Tensors.compare(expected, array, c.tolerance);
      if (wrong.isPresent()) {
        String what = wrong.get().what();
        sink.accept(
            CaseResult.failed(
                name,
                what + " " + wrong.get().expected(),
                what + " " + wrong.get().got(),
                c.where + " output " + path));
        return Optional.of(got);
      }
    }
    sink.accept(CaseResult.passed(name, c.where));
    return Optional.of(got);
  }

  private static void agree(
      Case c, Map<String, NDArray> a, Map<String, NDArray> b, Consumer<CaseResult> sink) {
    String name = c.name + "/engines";
    for (var output : a.entrySet()) {
      NDArray other = b.get(output.getKey());
      double apart = other == null ? Double.NaN : Tensors.apart(output.getValue(), other);
      double tolerance = Math.max(LIMIT, c.tolerance);
      if (!(apart <= tolerance)) {
        sink.accept(
            CaseResult.failed(
                name,
                "at most " + tolerance + " apart",
                String.valueOf(apart),
                c.where + " output " + output.getKey()));
        return;
      }
    }
    sink.accept(CaseResult.passed(name, c.where));
  }

  /// Names, shapes, kinds, tables, norms, counts.
  private static void parameters(
      JsonNode golden, Graph graph, String where, Consumer<CaseResult> sink) {
    String name = golden.get("name").asString() + "/parameters";
    var expected = new TreeMap<String, String>();
    for (JsonNode p : golden.get("params")) {
      String shape = Shape.of(Tensors.dims(p.get(1))).toString();
      expected.put(
          p.get(0).asString(), shape + " " + p.get(2).asString() + " " + p.get(3).asString());
    }
    norms(golden).forEach((norm, count) -> expected.put(norm, count.toString()));
    expected.put("parameters", golden.get("total_params").asString());
    expected.put("statistics", golden.get("statistics").asString());
    if (golden.hasNonNull("macs_conv_linear")) {
      long batch = golden.get("input_shape").get(0).asLong();
      expected.put("multiply-adds", "" + golden.get("macs_conv_linear").asLong() / batch);
    }

    var got = new TreeMap<String, String>();
    List<Param> stored =
        Stream.concat(graph.params().stream(), graph.unusedParameters().stream())
            .filter(Param::stored)
            .toList();
    stored.forEach(
        p -> got.put(p.name(), p.shape() + " " + p.dtype().text() + " " + kind(p.kind())));
    norms(graph).forEach((norm, count) -> got.put(norm, count.toString()));
    got.put("parameters", "" + count(stored, Param.Kind.TRAINED, Param.Kind.FROZEN));
    got.put("statistics", "" + count(stored, Param.Kind.STATISTIC));
    if (expected.containsKey("multiply-adds")) {
      got.put("multiply-adds", "" + Summary.of(graph).convolutionMacs());
    }
    tables(golden, stored, expected, got);

    var keys = new TreeSet<>(expected.keySet());
    keys.addAll(got.keySet());
    var wrong = new ArrayList<String>();
    for (String key : keys) {
      String e = expected.getOrDefault(key, "absent");
      String g = got.getOrDefault(key, "absent");
      if (!e.equals(g)) {
        wrong.add(key + ": expected " + e + ", got " + g);
      }
    }
    if (wrong.isEmpty()) {
      sink.accept(CaseResult.passed(name, where));
    } else {
      String first = String.join("; ", wrong.subList(0, Math.min(5, wrong.size())));
      sink.accept(
          CaseResult.failed(
              name, "the reference's parameters", wrong.size() + " differ: " + first, where));
    }
  }

  private static long count(List<Param> params, Param.Kind... kinds) {
    return params.stream()
        .filter(p -> Arrays.asList(kinds).contains(p.kind()))
        .mapToLong(p -> p.shape().size())
        .sum();
  }

  /// First values, sum and probe of tables that are kept as built.
  private static void tables(
      JsonNode golden, List<Param> stored, Map<String, String> expected, Map<String, String> got) {
    var kept = golden.path("kept");
    for (Param p : stored) {
      JsonNode table = kept.path(p.name());
      if (p.kind() != Param.Kind.CONSTANT || !table.has("first")) {
        continue;
      }
      float[] values = Tensors.initial(p);
      double sum = 0;
      for (float v : values) {
        sum += v;
      }
      int n = table.get("first").size();
      String key = p.name() + " values";
      expected.put(
          key,
          Arrays.toString(Tensors.floats(table.get("first")))
              + String.format(
                  java.util.Locale.ROOT,
                  " %.4f %.4f",
                  table.get("sum").asDouble(),
                  table.get("probe").asDouble()));
      got.put(
          key,
          Arrays.toString(Arrays.copyOf(values, n))
              + String.format(java.util.Locale.ROOT, " %.4f %.4f", sum, Golden.probe(values)));
    }
  }

  private static Map<String, Integer> norms(JsonNode golden) {
    var norms = new TreeMap<String, Integer>();
    for (JsonNode row : golden.path("layers").path("bn")) {
      String key =
          batchNorm(row.get(1).asDouble(), row.get(2).asDouble(), row.get(3).asBoolean(false));
      norms.merge(key, row.get(4).asInt(), Integer::sum);
    }
    for (JsonNode row : golden.path("layers").path("norm")) {
      norms.merge(
          "layer norms with epsilon " + row.get(1).asDouble(), row.get(2).asInt(), Integer::sum);
    }
    return norms;
  }

  private static Map<String, Integer> norms(Graph graph) {
    var norms = new TreeMap<String, Integer>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Normalization.BatchNorm b) {
        norms.merge(batchNorm(b.momentum(), b.epsilon(), b.globalStats()), 1, Integer::sum);
      } else if (node.op() instanceof Normalization.LayerNorm l) {
        norms.merge("layer norms with epsilon " + l.epsilon(), 1, Integer::sum);
      }
    }
    return norms;
  }

  private static String batchNorm(double momentum, double epsilon, boolean global) {
    return "batch norms with momentum "
        + momentum
        + ", epsilon "
        + epsilon
        + (global ? ", global statistics" : "");
  }

  private static String kind(Param.Kind kind) {
    return switch (kind) {
      case TRAINED -> "p";
      case FROZEN -> "f";
      case STATISTIC -> "s";
      case CONSTANT -> "k";
    };
  }
}
