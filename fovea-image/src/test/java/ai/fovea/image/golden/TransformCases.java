package ai.fovea.image.golden;

import ai.fovea.image.Image;
import ai.fovea.image.ImageException;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import ai.fovea.image.transform.DetResize;
import ai.fovea.image.transform.Dialect;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Fingerprint.Tolerance;
import ai.fovea.testkit.GoldenFile;
import ai.fovea.testkit.GoldenFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Deterministic operations on images: files like `data/transforms/cases.json.gz`.
public final class TransformCases implements GoldenFormat {
  @Override
  public String name() {
    return "transforms";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    JsonNode first = content.path("cases").path(0);
    return first.has("op") && first.has("args") && first.has("input") && first.has("module");
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) {
    results(file).forEach(sink);
  }

  /// Runs every case of a file.
  private static List<CaseResult> results(Path file) {
    JsonNode content = GoldenFile.records(file).getFirst();
    var tree = new DataTree(file);
    var results = new ArrayList<CaseResult>();
    try (var workspace = new Workspace()) {
      for (JsonNode one : content.path("cases")) {
        results.add(run(one, tree, workspace));
      }
    }
    return results;
  }

  private static CaseResult run(JsonNode one, DataTree tree, Workspace workspace) {
    String name = one.path("id").asString();
    String where = tree.cases() + ", " + one.path("image").asString();
    Optional<String> left = leftOut(one);
    if (left.isPresent()) {
      return CaseResult.skipped(name, left.get(), where);
    }
    boolean refusal = one.has("error") || one.path("note").asString("").contains("undefined");
    String wanted = refusal ? "an error" : one.path("expected").toString();
    try {
      Pixels input = tree.input(one);
      Pixels output = preprocessing(one).apply(input, workspace);
      if (refusal) {
        return CaseResult.failed(name, wanted, String.valueOf(output), where);
      }
      Optional<String> difference = factors(one, input);
      if (difference.isEmpty()) {
        difference =
            DataTree.fingerprint(output)
                .difference(one.path("expected"), tree.full(one), tolerance(one));
      }
      return difference
          .map(d -> CaseResult.failed(name, shortened(wanted), d, where))
          .orElseGet(() -> CaseResult.passed(name, where));
    } catch (ImageException | IllegalArgumentException e) {
      return refusal
          ? CaseResult.passed(name, where)
          : CaseResult.failed(name, shortened(wanted), String.valueOf(e.getMessage()), where);
    } catch (IOException e) {
      return CaseResult.failed(name, "its files", String.valueOf(e.getMessage()), where);
    }
  }

  private static String shortened(String text) {
    return text.length() <= 160 ? text : text.substring(0, 160) + "...";
  }

  private static Optional<String> leftOut(JsonNode one) {
    String name = one.path("id").asString();
    if (one.has("error")
        && one.path("error").path("message").asString("").contains("numpy.ndarray")) {
      return Optional.of(
          "the reference refuses an array where it wants a Pillow image; here both are one"
              + " class");
    }
    boolean gif = one.path("image").asString().toLowerCase(Locale.ROOT).endsWith(".gif");
    if (gif && one.has("error")) {
      return Optional.of("the reference's OpenCV reads no GIF, which is read here: " + name);
    }
    return Optional.empty();
  }

  private static Preprocessing preprocessing(JsonNode one) {
    var dialect =
        one.path("module").asString().equals("deploy") ? Dialect.DEPLOYMENT : Dialect.TRAINING;
    boolean pillow = one.path("input").asString().equals("pil");
    var list = new ArrayList<Map<String, @Nullable Object>>();
    JsonNode chain = one.path("args").path("ops");
    if (chain.isArray()) {
      for (JsonNode step : chain) {
        list.add(entry(step.get(0).asString(), step.get(1)));
      }
    } else {
      list.add(entry(one.path("op").asString(), one.path("args")));
    }
    return Preprocessing.parse(AsYaml.list(list), dialect, pillow);
  }

  private static Map<String, @Nullable Object> entry(String name, JsonNode settings) {
    var map = new LinkedHashMap<String, @Nullable Object>();
    map.put(name, settings.isNull() ? null : GoldenFile.plain(settings));
    return map;
  }

  /// Detectors also need to know by how much an image was resized.
  private static Optional<String> factors(JsonNode one, Pixels input) {
    JsonNode wanted = one.path("extra").path("im_info").path("scale_factor");
    if (!wanted.isArray()
        || !(preprocessing(one).transforms().getFirst() instanceof DetResize resize)
        || !(input instanceof Image image)) {
      return Optional.empty();
    }
    double[] got = resize.factors(image.width(), image.height());
    for (int i = 0; i < 2; i++) {
      if (Math.abs(got[i] - wanted.get(i).asDouble()) > 1e-6 * Math.max(1, got[i])) {
        return Optional.of("scale_factor " + got[0] + ", " + got[1]);
      }
    }
    return Optional.empty();
  }

  private static Tolerance tolerance(JsonNode one) {
    String op = one.path("op").asString();
    String image = one.path("image").asString().toLowerCase(Locale.ROOT);
    boolean jpeg = image.endsWith(".jpg") || image.endsWith(".jpeg");
    boolean lossy = jpeg || image.endsWith("lossy.webp");
    String type = one.path("expected").path("dtype").asString();
    if (type.equals("float16")) {
      return new Tolerance(1e-3, 1e-3, true);
    }
    if (one.path("module").asString().equals("chain")) {
      return lossy ? Tolerance.of(32 * 0.0175, 0.0175) : Tolerance.of(0.02, 0.02);
    }
    if (op.equals("DecodeImage")) {
      if (image.contains("cmyk")) {
        return Tolerance.of(64, 3);
      }
      return lossy ? Tolerance.of(32, 1) : Tolerance.EXACT;
    }
    if (type.equals("float32")) {
      return new Tolerance(2e-6, 2e-6, true);
    }
    boolean nearest = one.path("args").path("interpolation").asString("").equals("nearest");
    boolean resizes = op.contains("Resize") || op.equals("CropImageAtRatio");
    return resizes && !nearest ? Tolerance.of(1, 0.05) : Tolerance.EXACT;
  }
}
