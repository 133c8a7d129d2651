package ai.fovea.recognize;

import ai.fovea.recognize.post.PostStep;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Steps of post-processing as they stand in `inference.yml`, under the reference's names where it has them.
///
/// Numbers of a whitening are Base64 of little-endian float32.
final class StepYaml {
  private StepYaml() {}

  /// The name of a step.
  static String name(PostStep step) {
    return switch (step) {
      case PostStep.Softmax _ -> "Softmax";
      case PostStep.Sigmoid _ -> "Sigmoid";
      case PostStep.Normalize _ -> "NormalizeFeatures";
      case PostStep.Whitening _ -> "Whitening";
      case PostStep.TopK _ -> "Topk";
      case PostStep.Threshold _ -> "MultiLabelThreshOutput";
      case PostStep.DecodeBoxes _ -> "DecodeBoxes";
      case PostStep.ToImage _ -> "ToImage";
      case PostStep.Suppress _ -> "NMS";
      case PostStep.KeepBoxes _ -> "KeepBoxes";
    };
  }

  /// The settings of a step.
  static Map<String, Object> settings(PostStep step) {
    var map = new LinkedHashMap<String, Object>();
    switch (step) {
      case PostStep.Softmax _, PostStep.Sigmoid _, PostStep.Normalize _, PostStep.ToImage _ -> {}
      case PostStep.Whitening w -> {
        map.put("mean", base64(w.mean()));
        map.put("matrix", base64(w.matrix()));
      }
      case PostStep.TopK top -> {
        map.put("topk", top.k());
        map.put("label_list", top.labels());
      }
      case PostStep.Threshold t -> {
        map.put("threshold", t.min());
        map.put("label_list", t.labels());
      }
      case PostStep.DecodeBoxes d -> {
        map.put("strides", d.strides());
        map.put("bins", d.bins());
      }
      case PostStep.Suppress s -> {
        map.put("name", "MultiClassNMS");
        map.put("score_threshold", s.scoreThreshold());
        map.put("nms_top_k", s.nmsTopK());
        map.put("keep_top_k", s.keepTopK());
        map.put("nms_threshold", s.nmsThreshold());
        map.put("nms_eta", s.nmsEta());
        map.put("normalized", s.normalized());
        map.put("background_label", s.backgroundLabel());
      }
      case PostStep.KeepBoxes k -> {
        map.put("draw_threshold", k.min());
        map.put("label_list", k.labels());
      }
    }
    return map;
  }

  /// A step by its name. What is wrong with its settings is noted, all of it.
  ///
  /// @param place what problems call the step, e.g. `PostProcess.Topk`
  /// @param map settings as YAML gives them
  /// @param problems where problems are noted, also that there is no step of that name
  /// @return empty where a problem was noted
  static Optional<PostStep> parse(String place, String name, Map<?, ?> map, List<String> problems) {
    int before = problems.size();
    var settings = new StepSettings(place, map, problems);
    try {
      Optional<PostStep> step = step(name, settings);
      if (step.isEmpty()) {
        problems.add(place + ": is not supported, and the result would be another without it");
        return step;
      }
      settings.requireAllKnown();
      return problems.size() == before ? step : Optional.empty();
    } catch (IllegalArgumentException e) {
      if (problems.size() == before) { // otherwise it follows from what is told already
        problems.add(place + ": " + e.getMessage());
      }
      return Optional.empty();
    }
  }

  private static Optional<PostStep> step(String name, StepSettings s) {
    return Optional.ofNullable(
        switch (name) {
          case "Softmax" -> new PostStep.Softmax();
          case "Sigmoid" -> new PostStep.Sigmoid();
          case "NormalizeFeatures" -> new PostStep.Normalize();
          case "Whitening" -> new PostStep.Whitening(floats(s, "mean"), floats(s, "matrix"));
          case "Topk" -> new PostStep.TopK(s.integer("topk", 5, 1), labels(s));
          case "MultiLabelThreshOutput" ->
              new PostStep.Threshold(s.number("threshold", 0.5), labels(s));
          case "DecodeBoxes" ->
              new PostStep.DecodeBoxes(s.integers("strides", 1), s.integer("bins", 8, 2));
          case "ToImage" -> new PostStep.ToImage();
          case "NMS" -> suppress(s);
          case "KeepBoxes" -> keepBoxes(s);
          default -> null;
        });
  }

  private static PostStep suppress(StepSettings s) {
    s.withoutEffect("return_index", "return_rois_num", "trt", "cpu");
    if (s.has("name")) {
      String kind = s.text("name", "MultiClassNMS");
      if (!kind.startsWith("MultiClassNMS") && !kind.equals("multiclass_nms3")) {
        s.problem("name", "'" + kind + "' is not supported, MultiClassNMS is");
      }
    }
    PostStep.Suppress usual = PostStep.Suppress.DEFAULT;
    return new PostStep.Suppress(
        s.number("score_threshold", usual.scoreThreshold()),
        s.integer("nms_top_k", usual.nmsTopK(), -1),
        s.integer("keep_top_k", usual.keepTopK(), -1),
        s.number("nms_threshold", usual.nmsThreshold()),
        s.number("nms_eta", usual.nmsEta()),
        s.flag("normalized", usual.normalized()),
        s.integer("background_label", usual.backgroundLabel(), -1));
  }

  /// The step that names the objects of a detector; its settings may stand among others.
  static PostStep.KeepBoxes keepBoxes(StepSettings s) {
    return new PostStep.KeepBoxes(s.number("draw_threshold", 0.5), s.texts("label_list"));
  }

  /// The names of classes, which stand in the file itself; the reference's users may also name a file, which a model folder does not have.
  private static List<String> labels(StepSettings s) {
    List<String> labels = s.texts("label_list");
    s.withoutEffect("delimiter");
    if (s.has("class_id_map_file") && labels.isEmpty()) {
      s.problem("class_id_map_file", "is not read; put the names of the classes into label_list");
    }
    return labels;
  }

  private static String base64(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static float[] floats(StepSettings settings, String key) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(settings.text(key, "numbers in Base64"));
    } catch (IllegalArgumentException e) {
      settings.problem(key, "not Base64: " + e.getMessage());
      return new float[0];
    }
    if (bytes.length % Float.BYTES != 0) {
      settings.problem(key, bytes.length + " bytes are no float32 values");
      return new float[0];
    }
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    for (float v : values) {
      if (!Float.isFinite(v)) {
        settings.problem(key, "holds numbers that are not finite");
        return new float[0];
      }
    }
    return values;
  }
}
