package ai.fovea.export;

import ai.fovea.base.ModelException;
import ai.fovea.base.Problems;
import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.image.transform.Dialect;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.image.transform.ToChwImage;
import ai.fovea.onnx.OnnxWriter;
import ai.fovea.plan.Inputs;
import ai.fovea.plan.NamedWeights;
import ai.fovea.plan.Recipe;
import ai.fovea.recognize.ClassNames;
import ai.fovea.recognize.ModelFolder;
import ai.fovea.recognize.ModelSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Writes a trained network as a model folder.
public final class Exporter {
  /// Where it stands how images are prepared: how evaluation prepares them is how the served model must.
  private static final List<String> EVALUATION_FIRST =
      List.of("DataLoader.Eval.Query", "DataLoader.Eval.Gallery", "DataLoader.Eval", "Infer");

  private static final List<String> INFERENCE_FIRST =
      List.of("Infer", "DataLoader.Eval.Query", "DataLoader.Eval.Gallery", "DataLoader.Eval");

  private Exporter() {}

  /// Exports what the configuration describes, with the weights of `Global.pretrained_model`.
  ///
  /// @param notes receives what a user should know
  /// @return what was written
  /// @throws ai.fovea.config.ConfigException with all that is wrong with the configuration
  /// @throws ai.fovea.base.ModelException if the weights can't be used or lack a part of the network
  /// @throws IOException if the weights can't be read, or the folder can't be written
  public static ModelFolder export(Recipe recipe, Path folder, Consumer<String> notes)
      throws IOException {
    ModelFolder model = model(recipe, folder.toString(), EVALUATION_FIRST, "exported", notes);
    var facts = new LinkedHashMap<String, Object>();
    facts.put("input", List.of(3, recipe.imageSize().h(), recipe.imageSize().w()));
    if (recipe.retrieval()) {
      var outputs =
          recipe
              .architecture()
              .served()
              .serving(recipe.imageSize())
              .only(recipe.servedOutput())
              .outputs();
      facts.put("feature_length", outputs.values().iterator().next().shape().size(1));
      facts.put("distance", "cosine");
    }
    model.write(folder, facts);
    return model;
  }

  /// The model that [#export] writes, in memory alone; images are prepared as the section `Infer` says, else as for
  /// evaluation.
  ///
  /// @param notes receives what a user should know
  /// @throws ai.fovea.config.ConfigException with all that is wrong with the configuration
  /// @throws ai.fovea.base.ModelException if the weights can't be used or lack a part of the network
  /// @throws IOException if the weights can't be read
  public static ModelFolder inMemory(Recipe recipe, Consumer<String> notes) throws IOException {
    recipe.config().value("Infer.infer_imgs"); // whoever runs the model reads it
    return model(recipe, name(recipe), INFERENCE_FIRST, "run", notes);
  }

  private static ModelFolder model(
      Recipe recipe, String place, List<String> sections, String done, Consumer<String> notes)
      throws IOException {
    // What is read here is read before it is told which keys nothing reads.
    var problems = new Problems();
    Optional<Preprocessing> preparing = problems.collect(() -> preprocessing(recipe, sections));
    Optional<List<String>> labels = problems.collect(() -> labels(recipe, notes));
    String name = name(recipe);
    Inputs.export(recipe, done, problems.all()).forEach(notes);
    Preprocessing preprocessing = preparing.orElseThrow();
    Graph graph =
        recipe.architecture().served().serving(recipe.imageSize()).only(recipe.servedOutput());
    Map<String, NDArray> weights = NamedWeights.complete(recipe, graph, done);
    return ModelFolder.of(
        place,
        recipe.retrieval()
            ? ModelSpecification.embedder(
                name, preprocessing, recipe.features(), recipe.normalizeFeatures())
            : ModelSpecification.classifier(name, preprocessing, labels.orElseThrow(), 5),
        OnnxWriter.write(graph, weights));
  }

  private static String name(Recipe recipe) {
    return recipe
        .config()
        .at("Global")
        .optionalText("model_name")
        .orElseGet(() -> name(recipe.architecture().served().section()));
  }

  private static String name(Config network) {
    return network.find("Backbone").orElse(network).text("name");
  }

  private static Preprocessing parse(String key, List<?> operations) {
    try {
      return Preprocessing.parse(operations, Dialect.DEPLOYMENT);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          String.valueOf(e.getMessage()).lines().map(l -> key + ": " + l.strip()).toList());
    }
  }

  private static Preprocessing preprocessing(Recipe recipe, List<String> sections) {
    Config config = recipe.config();
    for (String key : sections) {
      for (String list : List.of("dataset.transform_ops", "dataset.transforms", "transforms")) {
        if (config.value(key + "." + list).orElse("") instanceof List<?> ops && !ops.isEmpty()) {
          var all = parse(key + "." + list, ops).withoutRandom();
          var transforms = new ArrayList<>(all.transforms());
          if (transforms.stream()
              .noneMatch(t -> t.name().equals("ToCHWImage") || t.name().equals("ToTensor"))) {
            transforms.add(new ToChwImage());
          }
          return Preprocessing.of(transforms);
        }
      }
    }
    throw new ConfigException(
        "DataLoader.Eval: its transform_ops say how images are prepared, and there are none");
  }

  /// Class names from `PostProcess.class_id_map_file` or `Infer.PostProcess.class_id_map_file` (`ID NAME` a line).
  private static List<String> labels(Recipe recipe, Consumer<String> notes) {
    Config config = recipe.config();
    for (String section : List.of("Infer.PostProcess", "PostProcess")) {
      String key = section + ".class_id_map_file";
      Optional<Object> named = config.value(key);
      if (named.isEmpty()) {
        continue;
      }
      Path file = Path.of(named.get().toString());
      Optional<String> delimiter =
          config.value(section + ".delimiter").map(Object::toString).filter(d -> !d.isEmpty());
      if (!Files.exists(file)) {
        notes.accept(key + ": " + file + ": no such file; classes have numbers alone");
        return List.of();
      }
      try {
        return ClassNames.read(file, delimiter);
      } catch (ModelException e) {
        throw new ConfigException(String.valueOf(e.getMessage()).lines().toList());
      } catch (IOException e) {
        throw new ConfigException(file + ": can't be read: " + e.getMessage());
      }
    }
    return List.of();
  }
}
