package ai.fovea.plan;

import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import ai.fovea.models.FoldedWeights;
import ai.fovea.weights.FiniteWeights;
import ai.fovea.weights.PaddleParams;
import ai.fovea.weights.Safetensors;
import ai.fovea.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
  /// @param backbone the network that a folder of folded weights is for
  /// @throws WeightsException naming what is missing or damaged
  public static Map<String, NDArray> read(Path path, Supplier<Graph> backbone) throws IOException {
    if (Files.isDirectory(path)) {
      return folded(path, backbone.get());
    }
    Path file = file(path);
    Map<String, NDArray> tensors =
        file.toString().endsWith(".safetensors")
            ? Safetensors.read(file)
            : PaddleParams.read(file).tensors();
    FiniteWeights.require(file.toString(), tensors);
    return tensors;
  }

  /// The file that a configuration means: its suffix `.pdparams` may be left out.
  ///
  /// @throws WeightsException where there is none
  public static Path file(Path path) {
    if (Files.isDirectory(path)) {
      return path;
    }
    Path file = Files.exists(path) ? path : path.resolveSibling(path.getFileName() + ".pdparams");
    if (!Files.exists(file)) {
      throw new WeightsException(
          path + ": no such file of weights (.pdparams, .safetensors, or a folder)");
    }
    return file;
  }

  private static Map<String, NDArray> folded(Path folder, Graph backbone) throws IOException {
    Path names = folder.resolve(NAMES);
    List<Path> files;
    try (var list = Files.list(folder)) {
      files = list.filter(p -> p.toString().endsWith(".safetensors")).toList();
    }
    if (files.size() != 1 || !Files.exists(names)) {
      throw new WeightsException(folder + ": needs one .safetensors file and " + NAMES);
    }
    var layers = new HashMap<String, String>();
    for (JsonNode entry : new JsonMapper().readTree(names.toFile())) {
      if (entry.path("layer").isString()) {
        layers.put(
            entry.path(entry.has("conv") ? "conv" : "weight").asString(),
            entry.path("layer").asString());
      }
    }
    Map<String, NDArray> tensors = Safetensors.read(files.get(0));
    FiniteWeights.require(files.get(0).toString(), tensors);
    return FoldedWeights.unfold(backbone, tensors, layers);
  }

  /// What of the given weights fits a network.
  ///
  /// @param fitting by the network's names
  /// @param reshaped one line for each tensor of another shape
  /// @param notes one line for each group that does not fit: missing, unused, another shape
  public record Fit(Map<String, NDArray> fitting, List<String> reshaped, List<String> notes) {}

  /// Matches weights to a network by name and shape. Where none of the names fits, `backbone.` is put before them.
  ///
  /// @throws WeightsException if nothing fits at all
  public static Fit fit(String source, Map<String, NDArray> weights, List<Param> params) {
    var shapes = new LinkedHashMap<String, Shape>();
    params.stream()
        .filter(p -> p.kind() != Param.Kind.CONSTANT)
        .forEach(p -> shapes.put(p.name(), p.shape()));
    String prefix = weights.keySet().stream().anyMatch(shapes::containsKey) ? "" : "backbone.";
    var fitting = new LinkedHashMap<String, NDArray>();
    var unused = new ArrayList<String>();
    var reshaped = new ArrayList<String>();
    weights.forEach((name, array) -> {
      Shape wanted = shapes.get(prefix + name);
      if (wanted == null) {
        unused.add(name);
      } else if (wanted.equals(array.shape())) {
        fitting.put(prefix + name, array);
      } else {
        reshaped.add(
            prefix + name + ": the network has " + wanted + ", the weights have " + array.shape());
      }
    });
    if (fitting.isEmpty()) {
      throw new WeightsException(
          source
              + ": none of its "
              + weights.size()
              + " tensors fits the network; the first is called "
              + weights.keySet().stream().findFirst().orElse("(none)"));
    }
    var missing = shapes.keySet().stream().filter(n -> !fitting.containsKey(n)).toList();
    var notes = new ArrayList<String>();
    notes.add(source + ": " + fitting.size() + " tensors loaded");
    note(notes, "are not in it and are initialised randomly", missing);
    note(notes, "are not used", unused);
    note(notes, "have another shape and are not used", reshaped);
    return new Fit(fitting, List.copyOf(reshaped), notes);
  }

  private static void note(List<String> notes, String what, List<String> names) {
    if (!names.isEmpty()) {
      notes.add(
          names.size()
              + " "
              + what
              + ": "
              + String.join(", ", names.subList(0, Math.min(5, names.size())))
              + (names.size() > 5 ? ", …" : ""));
    }
  }
}
