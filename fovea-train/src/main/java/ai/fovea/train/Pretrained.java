package ai.fovea.train;

import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op;
import ai.fovea.graph.Shape;
import ai.fovea.weights.PaddleParams;
import ai.fovea.weights.Safetensors;
import ai.fovea.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Weights to start from: a `.pdparams` or `.safetensors` file with Paddle's names, or a folder with a
/// `.safetensors` file of folded convolutions and `paddleclas_names.json`, which says where they belong.
public final class Pretrained {
  private static final String NAMES = "paddleclas_names.json";

  private Pretrained() {}

  /// Reads weights by Paddle's names.
  ///
  /// @param path file or folder; the suffix `.pdparams` may be left out
  /// @param epsilon of the batch norms that folded weights are put into
  /// @throws WeightsException naming what is missing or damaged
  public static Map<String, NDArray> read(Path path, double epsilon) throws IOException {
    if (Files.isDirectory(path)) {
      return folded(path, epsilon);
    }
    Path file = Files.exists(path) ? path : path.resolveSibling(path.getFileName() + ".pdparams");
    if (!Files.exists(file)) {
      throw new WeightsException(path + ": no such file of weights (.pdparams, .safetensors, or a folder)");
    }
    return file.toString().endsWith(".safetensors")
        ? Safetensors.read(file)
        : PaddleParams.read(file).tensors();
  }

  /// A convolution with its batch norm folded in goes back into the pair: the norm becomes a shift, with mean 0,
  /// variance `1 - epsilon`, weight 1.
  private static Map<String, NDArray> folded(Path folder, double epsilon) throws IOException {
    Path names = folder.resolve(NAMES);
    List<Path> files;
    try (var list = Files.list(folder)) {
      files = list.filter(p -> p.toString().endsWith(".safetensors")).toList();
    }
    if (files.size() != 1 || !Files.exists(names)) {
      throw new WeightsException(folder + ": needs one .safetensors file and " + NAMES);
    }
    Map<String, NDArray> tensors = Safetensors.read(files.get(0));
    var out = new LinkedHashMap<String, NDArray>();
    for (JsonNode entry : new JsonMapper().readTree(names.toFile())) {
      String layer = entry.path("layer").asString("");
      if (entry.has("bn")) {
        String conv = entry.path("conv").asString();
        NDArray weight = layer.isEmpty() ? identity(32) : tensor(tensors, layer + ".weight", folder);
        int channels = weight.shape().dim(0);
        NDArray bias =
            layer.isEmpty() ? NDArray.of(new float[channels], channels) : tensor(tensors, layer + ".bias", folder);
        String bn = entry.path("bn").asString();
        out.put(conv, weight);
        out.put(bn + ".weight", filled(channels, 1));
        out.put(bn + ".bias", bias);
        out.put(bn + "._mean", filled(channels, 0));
        out.put(bn + "._variance", filled(channels, (float) (1 - epsilon)));
      } else {
        out.put(entry.path("weight").asString(), transposed(tensor(tensors, layer + ".weight", folder)));
        out.put(entry.path("bias").asString(), tensor(tensors, layer + ".bias", folder));
      }
    }
    return out;
  }

  private static NDArray tensor(Map<String, NDArray> tensors, String name, Path folder) throws WeightsException {
    NDArray found = tensors.get(name);
    if (found == null) {
      throw new WeightsException(folder + ": " + NAMES + " names " + name + ", which the weights lack");
    }
    return found;
  }

  private static NDArray filled(int n, float value) {
    float[] out = new float[n];
    Arrays.fill(out, value);
    return NDArray.of(out, n);
  }

  private static NDArray identity(int n) {
    float[] out = new float[n * n];
    for (int i = 0; i < n; i++) {
      out[i * n + i] = 1;
    }
    return NDArray.of(out, n, n, 1, 1);
  }

  private static NDArray transposed(NDArray weight) {
    Shape shape = weight.shape();
    int rows = shape.dim(0);
    int columns = shape.size() / rows;
    float[] in = weight.floats();
    float[] out = new float[in.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        out[c * rows + r] = in[r * columns + c];
      }
    }
    return NDArray.of(out, columns, rows);
  }

  /// What of the given weights fits a network.
  ///
  /// @param fitting by the network's names
  /// @param notes one line for each group that does not fit: missing, unused, another shape
  public record Fit(Map<String, NDArray> fitting, List<String> notes) {}

  /// Matches weights to a network by name and shape. Where none of the names fits, `backbone.` is put before them.
  ///
  /// @throws WeightsException if nothing fits at all
  public static Fit fit(String source, Map<String, NDArray> weights, ai.fovea.graph.Graph graph)
      throws WeightsException {
    var shapes = new LinkedHashMap<String, Shape>();
    graph.params().stream()
        .filter(p -> p.kind() != ai.fovea.graph.Param.Kind.CONSTANT)
        .forEach(p -> shapes.put(p.name(), p.shape()));
    String prefix = weights.keySet().stream().anyMatch(shapes::containsKey) ? "" : "backbone.";
    var fitting = new LinkedHashMap<String, NDArray>();
    var unused = new ArrayList<String>();
    var reshaped = new ArrayList<String>();
    weights.forEach(
        (name, array) -> {
          Shape wanted = shapes.get(prefix + name);
          if (wanted == null) {
            unused.add(name);
          } else if (wanted.equals(array.shape())) {
            fitting.put(prefix + name, array);
          } else {
            reshaped.add(prefix + name + ": the network has " + wanted + ", the weights have " + array.shape());
          }
        });
    if (fitting.isEmpty()) {
      throw new WeightsException(
          source + ": none of its " + weights.size() + " tensors fits the network; the first is called "
              + weights.keySet().stream().findFirst().orElse("(none)"));
    }
    var missing = shapes.keySet().stream().filter(n -> !fitting.containsKey(n)).toList();
    var notes = new ArrayList<String>();
    notes.add(source + ": " + fitting.size() + " tensors loaded");
    note(notes, "keep their first values", missing);
    note(notes, "are not used", unused);
    note(notes, "have another shape and are not used", reshaped);
    return new Fit(fitting, notes);
  }

  private static void note(List<String> notes, String what, List<String> names) {
    if (!names.isEmpty()) {
      notes.add(
          names.size() + " " + what + ": " + String.join(", ", names.subList(0, Math.min(5, names.size())))
              + (names.size() > 5 ? ", …" : ""));
    }
  }

  /// The epsilon of the graph's batch norms, 1e-5 where it has none.
  static double epsilon(ai.fovea.graph.Graph graph) {
    return graph.nodes().stream()
        .map(ai.fovea.graph.Node::op)
        .filter(Op.BatchNorm.class::isInstance)
        .mapToDouble(op -> ((Op.BatchNorm) op).epsilon())
        .findFirst()
        .orElse(1e-5);
  }
}
