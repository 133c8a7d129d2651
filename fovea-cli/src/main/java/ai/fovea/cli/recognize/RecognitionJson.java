package ai.fovea.cli.recognize;

import ai.fovea.recognize.Recognition;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Results as plain maps, lists, texts and numbers, of which JSON is written.
public final class RecognitionJson {
  private RecognitionJson() {}

  /// A result; `label` is null where unknown.
  public static Map<String, Object> of(Recognition r) {
    var out = new LinkedHashMap<String, Object>();
    out.put("image", r.image());
    out.put("label", r.label().orElse(null));
    out.put("unknown", r.isUnknown());
    out.put("probable", r.probable().orElse(null));
    out.put("score", round(r.score()));
    out.put("threshold", round(r.threshold()));
    out.put("share", round(r.share()));
    out.put("margin", round(r.margin()));
    out.put("candidates", r.candidates().stream().map(RecognitionJson::of).toList());
    out.put("milliseconds", Math.round(r.milliseconds() * 10) / 10.0);
    return out;
  }

  private static Map<String, Object> of(Recognition.Match m) {
    var out = new LinkedHashMap<String, Object>();
    out.put("id", m.id());
    out.put("label", m.label());
    out.put("score", round(m.score()));
    out.put("source", m.source());
    return out;
  }

  /// JSON has no NaN and no infinity: null stands for them.
  private static @Nullable Double round(double v) {
    return Double.isFinite(v) ? Math.round(v * 1e6) / 1e6 : null;
  }
}
