package ai.fovea.recognize;

import ai.fovea.image.transform.Dialect;
import ai.fovea.image.transform.Preprocessing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// What `inference.yml` says of a model: how pictures are prepared for it, and what its numbers mean.
///
/// The sections `PreProcess` and `PostProcess` are PaddleClas's own. `PreProcess.transform_ops` is all that must be
/// there, so an embedder from elsewhere needs an ONNX file and a list of operations.
///
/// @param name of the model
/// @param preprocessing from a picture to `[3, H, W]`
/// @param output which output of the network to take; empty for the first
/// @param normalize whether features are brought to unit length (`PostProcess: {NormalizeFeatures: null}`, and the
///     default for embedders)
/// @param labels of a classifier, by class number; empty for an embedder
/// @param topk how many classes a classifier returns
public record ModelDescription(
    String name,
    Preprocessing preprocessing,
    Optional<String> output,
    boolean normalize,
    List<String> labels,
    int topk) {

  /// Copies the list.
  public ModelDescription {
    labels = List.copyOf(labels);
  }

  /// An embedder whose features are brought to unit length.
  public static ModelDescription embedder(String name, Preprocessing preprocessing) {
    return new ModelDescription(name, preprocessing, Optional.of("features"), true, List.of(), 0);
  }

  /// A classifier.
  public static ModelDescription classifier(
      String name, Preprocessing preprocessing, List<String> labels, int topk) {
    return new ModelDescription(name, preprocessing, Optional.of("logits"), false, labels, topk);
  }

  /// Whether the model names classes rather than yielding features.
  public boolean isClassifier() {
    return topk > 0;
  }

  /// Reads a description.
  ///
  /// @param place what errors call it
  /// @throws ModelException listing all that is wrong
  public static ModelDescription parse(String place, String yaml) throws ModelException {
    return of(place, load(place, yaml));
  }

  /// What a description holds.
  static Map<?, ?> load(String place, String yaml) throws ModelException {
    try {
      return map(
          new Load(LoadSettings.builder().setLabel(place).setMaxAliasesForCollections(50).build())
              .loadFromString(yaml));
    } catch (YamlEngineException e) {
      throw new ModelException(place + ": not YAML: " + e.getMessage());
    }
  }

  /// As [#parse], of what was loaded.
  static ModelDescription of(String place, Map<?, ?> top) throws ModelException {
    var problems = new ArrayList<String>();
    Map<?, ?> global = map(top.get("Global"));
    Object operations = map(top.get("PreProcess")).get("transform_ops");
    Preprocessing preprocessing = Preprocessing.of(List.of());
    if (operations instanceof List<?> list) {
      try {
        preprocessing = Preprocessing.parse(list, Dialect.DEPLOYMENT);
      } catch (IllegalArgumentException e) {
        problems.add("PreProcess.transform_ops: " + e.getMessage());
      }
    } else {
      problems.add(
          "PreProcess.transform_ops: a list of operations is needed, it says how to prepare"
              + " pictures");
    }
    Map<?, ?> post = map(top.get("PostProcess"));
    Map<?, ?> top5 = map(post.get("Topk"));
    var labels = new ArrayList<String>();
    if (top5.get("label_list") instanceof List<?> list) {
      list.forEach(l -> labels.add(String.valueOf(l)));
    }
    int topk =
        !post.containsKey("Topk") ? 0 : top5.get("topk") instanceof Integer k && k > 0 ? k : 5;
    if (!problems.isEmpty()) {
      throw new ModelException(
          place + (problems.size() == 1 ? ": " : ":\n  ") + String.join("\n  ", problems));
    }
    return new ModelDescription(
        global.get("model_name") instanceof String n ? n : "model",
        preprocessing,
        Optional.ofNullable(global.get("output")).map(Object::toString),
        topk == 0 && !Boolean.FALSE.equals(global.get("normalize")),
        labels,
        topk);
  }

  /// The description as YAML.
  ///
  /// @param facts further entries of the section `Global`
  public String toYaml(Map<String, Object> facts) {
    var global = new LinkedHashMap<String, Object>();
    global.put("model_name", name);
    global.put("task", isClassifier() ? "classification" : "embedding");
    output.ifPresent(o -> global.put("output", o));
    if (!isClassifier() && !normalize) {
      global.put("normalize", false);
    }
    global.putAll(facts);
    var root = new LinkedHashMap<String, Object>();
    root.put("Global", global);
    root.put("PreProcess", Map.of("transform_ops", preprocessing.toConfig()));
    var post = new LinkedHashMap<String, Object>();
    if (isClassifier()) {
      var settings = new LinkedHashMap<String, Object>();
      settings.put("topk", topk);
      settings.put("label_list", labels);
      post.put("Topk", settings);
    } else if (normalize) {
      post.put("NormalizeFeatures", Map.of());
    }
    root.put("PostProcess", post);
    return new Dump(DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build())
        .dumpToString(root);
  }

  private static Map<?, ?> map(@org.jspecify.annotations.Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }
}
