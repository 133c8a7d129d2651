package ai.fovea.train;

import ai.fovea.config.Config;
import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.onnx.OnnxWriter;
import ai.fovea.recognize.ModelDescription;
import ai.fovea.recognize.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Writes a trained network as a model folder.
public final class Exporter {
  private Exporter() {}

  /// Exports what the configuration describes, with the weights of `Global.pretrained_model`.
  ///
  /// @param notes receives what a user should know
  /// @return what was written
  /// @throws ai.fovea.config.ConfigException with all that is wrong with the configuration
  /// @throws IOException if the weights can't be read or lack a part of the network, or the folder can't be written
  public static ModelFolder export(Recipe recipe, Path folder, Consumer<String> notes)
      throws IOException {
    preprocessing(recipe); // asks for its keys, before it is told which ones nothing reads
    Plan.export(recipe).notes().forEach(notes);
    Graph graph = Networks.serving(recipe).only(output(recipe));
    return export(recipe, graph, Networks.complete(recipe, graph, "exported"), folder);
  }

  /// Exports these weights.
  static ModelFolder export(Recipe recipe, Graph graph, Map<String, NDArray> weights, Path folder)
      throws IOException {
    Preprocessing preprocessing = preprocessing(recipe);
    boolean features = recipe.retrieval();
    Graph cut = graph.only(output(recipe));
    var model =
        new ModelFolder(
            folder.toString(),
            features
                ? new ModelDescription(
                    name(recipe),
                    preprocessing,
                    java.util.Optional.of(recipe.features()),
                    recipe.normalizeFeatures(),
                    List.of(),
                    0)
                : ModelDescription.classifier(name(recipe), preprocessing, labels(recipe), 5),
            new ModelFolder.Bytes(OnnxWriter.write(cut, weights, Map.of())));
    var facts = new LinkedHashMap<String, Object>();
    facts.put("input", List.of(3, recipe.imageSize().h(), recipe.imageSize().w()));
    if (features) {
      var shape = cut.outputs().values().iterator().next().shape();
      facts.put("feature_length", shape.dim(1));
      facts.put("distance", "cosine");
    }
    model.write(folder, facts);
    return model;
  }

  /// What is measured and served.
  static String output(Recipe recipe) {
    return recipe.retrieval() ? recipe.features() : "logits";
  }

  private static String name(Recipe recipe) {
    return recipe
        .config()
        .at("Global")
        .optionalText("model_name")
        .orElseGet(() ->
            recipe.arch().get("Backbone") instanceof Map<?, ?> b
                ? String.valueOf(b.get("name"))
                : String.valueOf(recipe.arch().get("name")));
  }

  /// How evaluation prepares pictures is how the served model must prepare them.
  private static Preprocessing preprocessing(Recipe recipe) {
    Config config = recipe.config();
    for (String key :
        List.of("DataLoader.Eval.Query", "DataLoader.Eval.Gallery", "DataLoader.Eval", "Infer")) {
      for (String list : List.of("dataset.transform_ops", "dataset.transforms", "transforms")) {
        if (config.value(key + "." + list).orElse("") instanceof List<?> ops && !ops.isEmpty()) {
          var all =
              Preprocessing.parse(ops, ai.fovea.image.transform.Dialect.DEPLOYMENT).withoutRandom();
          var transforms = new ArrayList<>(all.transforms());
          if (transforms.stream()
              .noneMatch(t -> t.name().equals("ToCHWImage") || t.name().equals("ToTensor"))) {
            transforms.add(new ai.fovea.image.transform.ToChwImage());
          }
          return Preprocessing.of(transforms);
        }
      }
    }
    throw new ai.fovea.config.ConfigException(
        "DataLoader.Eval: its transform_ops say how pictures are prepared, and there are none");
  }

  /// Class names from `PostProcess.class_id_map_file` or `Infer.PostProcess.class_id_map_file` (`id name` a line).
  private static List<String> labels(Recipe recipe) {
    var file =
        recipe
            .config()
            .value("Infer.PostProcess.class_id_map_file")
            .or(() -> recipe.config().value("PostProcess.class_id_map_file"))
            .map(f -> Path.of(f.toString()));
    if (file.isEmpty() || !Files.exists(file.get())) {
      return List.of();
    }
    try {
      return Files.readAllLines(file.get()).stream()
          .filter(l -> !l.isBlank())
          .map(l -> l.strip().split("\\s+", 2))
          .map(p -> p[p.length - 1])
          .toList();
    } catch (IOException e) {
      throw new ai.fovea.config.ConfigException(file.get() + ": can't be read: " + e.getMessage());
    }
  }
}
