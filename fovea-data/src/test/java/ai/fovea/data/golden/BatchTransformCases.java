package ai.fovea.data.golden;

import ai.fovea.data.Batch;
import ai.fovea.data.Cutmix;
import ai.fovea.data.Mixup;
import ai.fovea.graph.NDArray;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.GoldenFormat;
import ai.fovea.testkit.Spec;
import ai.fovea.testkit.Verdict;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// `batch_ops.json`: transforms that mix the images of a batch, with what the reference drew.
public final class BatchTransformCases implements GoldenFormat {
  private static final Set<String> BUILT = Set.of("MixupOperator", "CutmixOperator");

  @Override
  public String name() {
    return "batch transforms";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    return CaseFile.any(content, c -> c.has("op") && c.has("draws") && c.has("output_labels"));
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) {
    results(file).forEach(sink);
  }

  /// Runs every case of `file`.
  private static List<CaseResult> results(Path file) {
    return CaseFile.cases(CaseFile.read(file)).stream().map(c -> run(c, file.toString())).toList();
  }

  private static CaseResult run(JsonNode c, String where) {
    String name = c.path("name").asString();
    String op = c.path("op").asString();
    if (!BUILT.contains(op) || !c.has("output_labels")) {
      return CaseResult.skipped(name, op + " is not compared", where);
    }
    return Verdict.of(name, where, v -> check(c, v));
  }

  private static void check(JsonNode c, Verdict verdict) {
    Batch mixed = mixed(c, batch(c));
    verdict.check(
        "images", Spec.difference(c.path("output_images"), mixed.get(Batch.IMAGE), Spec.VALUES, 1));
    float[] labels = mixed.get(Batch.LABEL).floats();
    double[] expected =
        c.path("output_labels")
            .valueStream()
            .flatMapToDouble(row -> Arrays.stream(CaseFile.doubles(row)))
            .toArray();
    verdict.that(
        labels.length == expected.length, "labels", "" + expected.length, "" + labels.length);
    for (int i = 0; i < Math.min(labels.length, expected.length); i++) {
      verdict.near("label weight " + i, expected[i], labels[i], Spec.VALUES);
    }
  }

  private static Batch mixed(JsonNode c, Batch batch) {
    JsonNode draws = c.path("draws");
    int classes = c.path("params").path("class_num").asInt();
    double alpha = c.path("params").path("alpha").asDouble(1);
    int[] partners = draws.path(0).path("value").valueStream().mapToInt(JsonNode::asInt).toArray();
    double share = draws.path(1).path("value").asDouble();
    return c.path("op").asString().equals("MixupOperator")
        ? new Mixup(classes, alpha).mix(batch, partners, share)
        : new Cutmix(classes, alpha)
            .mix(
                batch,
                partners,
                share,
                draws.path(2).path("value").asInt(),
                draws.path(3).path("value").asInt());
  }

  private static Batch batch(JsonNode c) {
    NDArray images = Spec.array(c.path("images"));
    long[] labels = CaseFile.longs(c.path("labels"));
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    tensors.put(Batch.IMAGE, images);
    tensors.put(Batch.LABEL, NDArray.of(labels, labels.length, 1));
    return Batch.of(tensors);
  }
}
