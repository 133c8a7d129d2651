package ai.fovea.recognize;

import ai.fovea.recognize.post.PostStep;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  /// A step by its name.
  ///
  /// @param settings as YAML gives them
  /// @return empty where there is no step of that name
  /// @throws IllegalArgumentException naming the setting that is wrong
  static Optional<PostStep> parse(String name, Map<?, ?> settings) {
    return Optional.ofNullable(
        switch (name) {
          case "Softmax" -> new PostStep.Softmax();
          case "Sigmoid" -> new PostStep.Sigmoid();
          case "NormalizeFeatures" -> new PostStep.Normalize();
          case "Whitening" ->
              new PostStep.Whitening(floats(settings, "mean"), floats(settings, "matrix"));
          case "Topk" ->
              new PostStep.TopK(
                  settings.get("topk") instanceof Integer k && k > 0 ? k : 5, texts(settings));
          case "MultiLabelThreshOutput" ->
              new PostStep.Threshold(number(settings, "threshold", 0.5), texts(settings));
          case "DecodeBoxes" ->
              new PostStep.DecodeBoxes(
                  integers(settings, "strides"), (int) number(settings, "bins", 8));
          case "ToImage" -> new PostStep.ToImage();
          case "NMS" ->
              new PostStep.Suppress(
                  number(settings, "score_threshold", 0.025),
                  (int) number(settings, "nms_top_k", 1000),
                  (int) number(settings, "keep_top_k", 100),
                  number(settings, "nms_threshold", 0.6),
                  number(settings, "nms_eta", 1),
                  !Boolean.FALSE.equals(settings.get("normalized")),
                  (int) number(settings, "background_label", -1));
          case "KeepBoxes" ->
              new PostStep.KeepBoxes(number(settings, "draw_threshold", 0.5), texts(settings));
          default -> null;
        });
  }

  /// The texts of `label_list`.
  static List<String> texts(Map<?, ?> settings) {
    var texts = new ArrayList<String>();
    if (settings.get("label_list") instanceof List<?> list) {
      list.forEach(l -> texts.add(String.valueOf(l)));
    }
    return texts;
  }

  /// A number.
  static double number(Map<?, ?> settings, String key, double defaultValue) {
    @Nullable Object value = settings.get(key);
    if (value == null) {
      return defaultValue;
    }
    if (value instanceof Number n && Double.isFinite(n.doubleValue())) {
      return n.doubleValue();
    }
    throw new IllegalArgumentException(key + ": expected a number, got '" + value + "'");
  }

  private static List<Integer> integers(Map<?, ?> settings, String key) {
    var all = new ArrayList<Integer>();
    if (settings.get(key) instanceof List<?> list) {
      for (Object o : list) {
        if (!(o instanceof Integer i)) {
          throw new IllegalArgumentException(key + ": expected whole numbers, got '" + o + "'");
        }
        all.add(i);
      }
    }
    return all;
  }

  private static String base64(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static float[] floats(Map<?, ?> settings, String key) {
    if (!(settings.get(key) instanceof String text)) {
      throw new IllegalArgumentException(key + ": expected numbers in Base64");
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": not Base64: " + e.getMessage(), e);
    }
    if (bytes.length % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          key + ": " + bytes.length + " bytes are no float32 values");
    }
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    for (float v : values) {
      if (!Float.isFinite(v)) {
        throw new IllegalArgumentException(key + ": holds numbers that are not finite");
      }
    }
    return values;
  }
}
