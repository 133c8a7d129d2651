package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.image.transform.Dialect;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.recognize.post.PostStep;
import ai.fovea.recognize.post.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// `inference.yml`.
///
/// `PreProcess.transform_ops` and `PostProcess` (`Topk`, `MultiLabelThreshOutput`, `NormalizeFeatures`) are PaddleClas's, `Preprocess`, `NMS`,
/// `draw_threshold` and `label_list` PaddleDetection's. How images are prepared is all that must be there, so an embedder from elsewhere needs an ONNX file
/// and a list of operations. In `Global` stand the name (`model_name`) and what these programs have no words for:
///
/// | key | |
/// |---|---|
/// | `output`, `outputs` | which of the network's outputs are taken |
/// | `inputs` | what inputs of other names than the reference's are given: `image`, `im_shape`, `scale_factor` |
/// | `normalize` | `false` for features that are not brought to unit length |
/// | `activation` | what makes probabilities of a classifier's output: `softmax` (left out), `sigmoid`, or `none` |
/// | `post_process` | all steps of post-processing, a list of maps with one entry each, where the other sections can't say them |
final class SpecificationYaml {
  private static final int LONGEST = 64 << 20; // a whitening of 2,048 x 1,024 has 11 MB
  private static final Set<String> WITHOUT_EFFECT = Set.of("main_indicator", "SavePreLabel");
  private static final Map<String, String> DETECTION_OPERATIONS =
      Map.of(
          "Resize",
          "DetResize",
          "NormalizeImage",
          "DetNormalizeImage",
          "Permute",
          "ToCHWImage",
          "PadStride",
          "DetPadStride");

  private final List<String> problems = new ArrayList<>();
  private final boolean ofProgram;

  private SpecificationYaml(boolean ofProgram) {
    this.ofProgram = ofProgram;
  }

  /// What the text holds.
  static Map<?, ?> load(String place, String yaml) {
    try {
      return map(
          new Load(
                  LoadSettings.builder()
                      .setLabel(place)
                      .setMaxAliasesForCollections(50)
                      .setCodePointLimit(LONGEST)
                      .build())
              .loadFromString(yaml));
    } catch (YamlEngineException e) {
      throw new ModelException(place + ": not YAML: " + e.getMessage());
    }
  }

  /// Reads what was loaded.
  ///
  /// @param place what errors call it
  /// @throws ModelException listing all that is wrong
  static ModelSpecification read(String place, Map<?, ?> top) {
    return new SpecificationYaml(false).specification(place, top);
  }

  /// As [#read], for a program of PaddlePaddle, whose classifiers yield probabilities themselves, and whose detectors may suppress themselves what
  /// overlaps: without a section `NMS` the step has its default settings, and is to be replaced by the program's.
  static ModelSpecification readOfProgram(String place, Map<?, ?> top) {
    return new SpecificationYaml(true).specification(place, top);
  }

  private ModelSpecification specification(String place, Map<?, ?> top) {
    Map<?, ?> global = section("Global", top.get("Global"));
    Preprocessing preprocessing = preprocessing(top);
    Map<String, InputRole> inputs = inputs(section("Global.inputs", global.get("inputs")));
    List<String> outputs = outputs(global);
    List<PostStep> steps = steps(global, top);
    if (problems.isEmpty()) { // otherwise it may follow from what is told already
      try {
        Task.of(steps);
      } catch (IllegalArgumentException e) {
        problems.add("PostProcess: " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new ModelException(
          place + (problems.size() == 1 ? ": " : ":\n  ") + String.join("\n  ", problems));
    }
    return new ModelSpecification(
        global.get("model_name") instanceof String n ? n : "model",
        inputs,
        preprocessing,
        outputs,
        steps);
  }

  /// The names at `outputs`, or the one at `output`; a single name need not be a list.
  private List<String> outputs(Map<?, ?> global) {
    String key = global.get("outputs") == null ? "output" : "outputs";
    return switch (global.get(key)) {
      case null -> List.of();
      case String name -> List.of(name);
      case List<?> _ -> new StepSettings("Global", global, problems).texts(key);
      case Object other -> {
        problems.add("Global." + key + ": expected names of outputs, got '" + other + "'");
        yield List.of();
      }
    };
  }

  private Map<String, InputRole> inputs(Map<?, ?> named) {
    var inputs = new LinkedHashMap<String, InputRole>();
    named.forEach((name, word) ->
        InputRole.of(String.valueOf(word))
            .ifPresentOrElse(
                role -> inputs.put(String.valueOf(name), role),
                () ->
                    problems.add(
                        "Global.inputs."
                            + name
                            + ": '"
                            + word
                            + "' must be image, im_shape or scale_factor")));
    return inputs;
  }

  private Preprocessing preprocessing(Map<?, ?> top) {
    Object operations = map(top.get("PreProcess")).get("transform_ops");
    String key = "PreProcess.transform_ops";
    if (operations == null && top.get("Preprocess") instanceof List<?> detection) {
      operations = operations(detection);
      key = "Preprocess";
    }
    if (!(operations instanceof List<?> list)) {
      problems.add(
          "PreProcess.transform_ops: a list of operations is needed, it says how to prepare"
              + " images");
      return Preprocessing.of(List.of());
    }
    try {
      return Preprocessing.parse(list, Dialect.DEPLOYMENT);
    } catch (IllegalArgumentException e) {
      problems.add(key + ": " + e.getMessage());
      return Preprocessing.of(List.of());
    }
  }

  /// The operations of PaddleDetection (a `type` among its settings) in the form of PaddleClas (the type as the key).
  private static List<?> operations(List<?> detection) {
    var list = new ArrayList<Map<String, Object>>();
    for (Object each : detection) {
      var settings = new LinkedHashMap<String, Object>();
      map(each).forEach((k, v) -> settings.put(String.valueOf(k), v));
      String type = String.valueOf(settings.remove("type"));
      settings.remove("norm_type", "mean_std"); // the one that there is
      list.add(Collections.singletonMap(DETECTION_OPERATIONS.getOrDefault(type, type), settings));
    }
    return list;
  }

  private List<PostStep> steps(Map<?, ?> global, Map<?, ?> top) {
    boolean normalize = new StepSettings("Global", global, problems).flag("normalize", true);
    var steps = new ArrayList<PostStep>();
    if (global.get("post_process") != null) {
      listed(global.get("post_process"), steps);
      return steps;
    }
    if (top.get("NMS") != null || (ofProgram && impliesSuppression(top))) {
      step("NMS", "NMS", top.get("NMS"), steps);
      steps.add(StepYaml.keepBoxes(new StepSettings("", top, problems)));
      return steps;
    }
    section("PostProcess", top.get("PostProcess"))
        .forEach((name, settings) -> {
          if (!WITHOUT_EFFECT.contains(String.valueOf(name))) {
            step("PostProcess." + name, String.valueOf(name), settings, steps);
          }
        });
    // Of classifiers, and of embedders, the usual step is not written.
    boolean classes =
        steps.stream().anyMatch(s -> s instanceof PostStep.TopK || s instanceof PostStep.Threshold);
    boolean told =
        steps.stream()
            .anyMatch(s -> s instanceof PostStep.Softmax || s instanceof PostStep.Sigmoid);
    boolean normalized = steps.stream().anyMatch(s -> s instanceof PostStep.Normalize);
    if (classes && !told) {
      activation(global).ifPresent(steps::addFirst);
    }
    if (!classes && !normalize) {
      steps.removeIf(s -> s instanceof PostStep.Normalize);
    } else if (!classes && !normalized) { // where it is written, it stays at its place
      steps.add(new PostStep.Normalize());
    }
    return steps;
  }

  /// Whether a file is of a detector and leaves the suppression to its program, as PaddleDetection may write them.
  static boolean impliesSuppression(Map<?, ?> top) {
    return top.get("NMS") == null
        && top.get("PostProcess") == null
        && map(top.get("Global")).get("post_process") == null
        && (top.containsKey("draw_threshold") || top.containsKey("label_list"));
  }

  /// All steps in one list.
  private void listed(@Nullable Object value, List<PostStep> steps) {
    String key = "Global.post_process";
    if (!(value instanceof List<?> list)) {
      problems.add(
          key + ": expected a list of steps, each '- NAME: SETTINGS', got '" + value + "'");
      return;
    }
    for (Object each : list) {
      if (each instanceof Map<?, ?> map && map.size() == 1) {
        map.forEach(
            (name, settings) -> step(key + "." + name, String.valueOf(name), settings, steps));
      } else {
        problems.add(
            "%s[%d]: expected one step, 'NAME: SETTINGS' or 'NAME: null', got '%s'"
                .formatted(key, list.indexOf(each), each));
      }
    }
  }

  private Optional<PostStep> activation(Map<?, ?> global) {
    @Nullable Object word = global.get("activation");
    String usual = ofProgram ? "none" : "softmax";
    return switch (word == null ? usual : String.valueOf(word)) {
      case "softmax" -> Optional.of(new PostStep.Softmax());
      case "sigmoid" -> Optional.of(new PostStep.Sigmoid());
      case "none", "None", "null" -> Optional.empty();
      default -> {
        problems.add("Global.activation: '" + word + "' must be softmax, sigmoid or none");
        yield Optional.empty();
      }
    };
  }

  private void step(String place, String name, @Nullable Object settings, List<PostStep> steps) {
    if (settings == null || settings instanceof Map<?, ?>) {
      StepYaml.parse(place, name, map(settings), problems).ifPresent(steps::add);
    } else {
      problems.add(
          place + ": expected settings, each 'NAME: VALUE', or null, got '" + settings + "'");
    }
  }

  /// A section, which may be absent.
  private Map<?, ?> section(String place, @Nullable Object value) {
    if (value != null && !(value instanceof Map<?, ?>)) {
      problems.add(place + ": expected entries, each 'NAME: VALUE', got '" + value + "'");
    }
    return map(value);
  }

  /// The text of a specification.
  ///
  /// @param facts further entries of the section `Global`
  static String write(ModelSpecification model, Map<String, Object> facts) {
    var global = new LinkedHashMap<String, Object>();
    global.put("model_name", model.name());
    global.put("task", model.task().word());
    if (model.outputs().size() == 1) {
      global.put("output", model.outputs().getFirst());
    } else if (!model.outputs().isEmpty()) {
      global.put("outputs", model.outputs());
    }
    if (!model.inputs().isEmpty()) {
      var inputs = new LinkedHashMap<String, Object>();
      model.inputs().forEach((name, role) -> inputs.put(name, role.word()));
      global.put("inputs", inputs);
    }
    var root = new LinkedHashMap<String, Object>();
    root.put("Global", global);
    root.put("PreProcess", Map.of("transform_ops", model.preprocessing().toConfig()));
    writeSteps(model, global, root);
    global.putAll(facts);
    return new Dump(DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build())
        .dumpToString(root);
  }

  /// The steps in the reference's sections, or where these can't say them in one list.
  private static void writeSteps(
      ModelSpecification model, Map<String, Object> global, Map<String, Object> root) {
    var post = new LinkedHashMap<String, Object>();
    List<PostStep> steps = model.steps();
    boolean plain = true;
    if (steps.isEmpty()) {
      global.put("normalize", false);
    } else if (steps.equals(List.of(new PostStep.Normalize()))) {
      post.put(StepYaml.name(steps.getFirst()), Map.of());
    } else if (isClassifier(steps)) {
      if (steps.size() == 1) {
        global.put("activation", "none");
      } else if (steps.getFirst() instanceof PostStep.Sigmoid) {
        global.put("activation", "sigmoid");
      }
      post.put(StepYaml.name(steps.getLast()), StepYaml.settings(steps.getLast()));
    } else if (steps.size() == 2
        && steps.getFirst() instanceof PostStep.Suppress nms
        && steps.getLast() instanceof PostStep.KeepBoxes keep) {
      root.put("NMS", StepYaml.settings(nms));
      root.putAll(StepYaml.settings(keep));
    } else {
      plain = false;
    }
    if (!plain) {
      var list = new ArrayList<Map<String, Object>>();
      steps.forEach(s -> list.add(Map.of(StepYaml.name(s), StepYaml.settings(s))));
      global.put("post_process", list);
    }
    if (model.task() != Task.DETECTION) {
      root.put("PostProcess", post);
    }
  }

  private static boolean isClassifier(List<PostStep> steps) {
    boolean classes =
        steps.getLast() instanceof PostStep.TopK || steps.getLast() instanceof PostStep.Threshold;
    return classes
        && (steps.size() == 1
            || (steps.size() == 2
                && (steps.getFirst() instanceof PostStep.Softmax
                    || steps.getFirst() instanceof PostStep.Sigmoid)));
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }
}
