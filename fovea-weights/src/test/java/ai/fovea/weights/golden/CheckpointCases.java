package ai.fovea.weights.golden;

import ai.fovea.graph.NDArray;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.GoldenFormat;
import ai.fovea.testkit.Verdict;
import ai.fovea.weights.PaddleParams;
import ai.fovea.weights.Pickle;
import ai.fovea.weights.WeightsException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// `checkpoints/index.json` and the files beside it: what Paddle wrote is read to the last bit, what is damaged or hostile
/// is refused with one clear error.
public final class CheckpointCases implements GoldenFormat {

  @Override
  public String name() {
    return "checkpoints";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    return content.path("files").isObject()
        && content.path("files").properties().stream()
            .anyMatch(e -> e.getValue().has("entries") || e.getValue().has("must_refuse"));
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) {
    results(file).forEach(sink);
  }

  /// Runs every file that the index names.
  private static List<CaseResult> results(Path index) {
    JsonNode files = CaseFile.read(index).path("files");
    Path folder = index.toAbsolutePath().resolveSibling(".").normalize();
    return files.properties().stream()
        .map(e -> {
          Path file = folder.resolve(e.getKey());
          return Verdict.of(e.getKey(), index.toString(), v -> check(file, e.getValue(), files, v));
        })
        .toList();
  }

  private static void check(Path file, JsonNode expected, JsonNode files, Verdict verdict)
      throws Exception {
    if (expected.path("must_refuse").asBoolean(false)) {
      refuse(file, expected, verdict);
      return;
    }
    Object content = Pickle.read(file);
    if (expected.has("value")) {
      var state = (Map<?, ?>) content;
      for (var v : expected.path("value").properties()) {
        double got = state.get(v.getKey()) instanceof Number n ? n.doubleValue() : Double.NaN;
        verdict.near(v.getKey(), v.getValue().asDouble(), got, 0);
      }
      return;
    }
    Object dict = content instanceof List<?> list ? list.get(0) : content;
    JsonNode entries = entries(file, expected.path("entries"), files);
    verdict.that(entries.isObject(), "entries of the index", "an object", "" + entries);
    for (var e : entries.properties()) {
      Object value = ((Map<?, ?>) dict).get(e.getKey());
      // PaddlePaddle itself writes a pair of an internal name and the array.
      if (value instanceof List<?> pair && pair.size() == 2) {
        value = pair.get(1);
      }
      if (value instanceof NDArray array) {
        compare(e.getKey(), e.getValue(), array, verdict);
      } else {
        verdict.that(e.getValue().has("dict"), e.getKey(), "an array", "" + value);
      }
    }
  }

  private static void refuse(Path file, JsonNode expected, Verdict verdict) throws Exception {
    try {
      PaddleParams.read(file);
      verdict.that(false, expected.path("why").asString(), "an error", "none");
    } catch (WeightsException e) {
      String message = String.valueOf(e.getMessage());
      verdict.that(
          message.contains(file.getFileName().toString()), "error", "naming the file", message);
    }
  }

  /// The entries; some files share those of another: `same as FILE`, or only the part of this file's name that differs.
  private static JsonNode entries(Path file, JsonNode entries, JsonNode files) {
    if (!entries.isString()) {
      return entries;
    }
    String same = entries.asString().replace("same as ", "");
    String other =
        files.has(same) ? same : file.getFileName().toString().replaceAll("protocol\\d", same);
    return files.path(other).path("entries");
  }

  private static void compare(String name, JsonNode expected, NDArray array, Verdict verdict)
      throws Exception {
    verdict.that(
        expected.path("dtype").asString().equals(array.dtype().text()),
        name + ", type",
        expected.path("dtype").asString(),
        array.dtype().text());
    if (expected.has("shape")) {
      List<Integer> shape = expected.path("shape").valueStream().map(JsonNode::asInt).toList();
      verdict.that(
          shape.equals(Arrays.stream(array.shape().sizes()).boxed().toList()),
          name + ", shape",
          "" + shape,
          "" + array.shape());
    }
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(array.memory().toArray(ValueLayout.JAVA_BYTE));
    String got = HexFormat.of().formatHex(digest, 0, 16);
    String want = expected.path("sha256_raw_le").asString();
    verdict.that(want.equals(got), name + ", bytes", want, got);
  }
}
