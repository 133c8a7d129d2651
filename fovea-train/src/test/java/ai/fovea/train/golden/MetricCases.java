package ai.fovea.train.golden;

import ai.fovea.index.eval.EvaluationSet;
import ai.fovea.index.eval.RetrievalMetrics;
import ai.fovea.index.eval.RetrievalResult;
import ai.fovea.index.eval.RetrievalSettings;
import ai.fovea.plan.schedule.Accumulation;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.GoldenFormat;
import ai.fovea.train.metric.AverageMeter;
import ai.fovea.train.metric.AverageMeters;
import ai.fovea.train.metric.TopkAcc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// `metrics.json`, `retrieval.json`, and meters, accumulation and averages of `misc.json`.
public final class MetricCases implements GoldenFormat {
  private static final List<Integer> KS = IntStream.rangeClosed(1, 50).boxed().toList();
  private static final Set<String> TOP_K =
      Set.of("TopkAcc", "DistillationTopkAcc", "GoogLeNetTopkAcc");

  @Override
  public String name() {
    return "metrics";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    return CaseFile.any(content, "metric", "feature_rule", "kind");
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) {
    results(file).forEach(sink);
  }

  /// Runs every case of `file`.
  private static List<CaseResult> results(Path file) {
    List<JsonNode> cases = CaseFile.cases(CaseFile.read(file));
    JsonNode data = cases.stream().filter(c -> c.has("feature_rule")).findFirst().orElse(null);
    List<CaseResult> results = new ArrayList<>();
    for (JsonNode c : cases) {
      if (c.has("feature_rule")) {
        continue; // describes the features of the others
      }
      String name = c.path("name").asString();
      if (c.path("kind").asString("").equals("ema")) {
        results.add(EmaCases.run(c, file.toString()));
        continue;
      }
      String wrong;
      try {
        wrong = data == null ? run(c) : retrieval(c, data);
      } catch (RuntimeException e) {
        wrong = String.valueOf(e);
      }
      results.add(
          wrong.isEmpty()
              ? CaseResult.passed(name, file.toString())
              : wrong.startsWith("-")
                  ? CaseResult.skipped(name, wrong.substring(1), file.toString())
                  : CaseResult.failed(name, "the figures of the file", wrong, file.toString()));
    }
    return results;
  }

  private static String run(JsonNode c) {
    String metric = c.path("metric").asString("");
    String kind = c.path("kind").asString("");
    if (TOP_K.contains(metric)) {
      return topk(c, metric);
    }
    if (metric.equals("ranking")) {
      return ranking(c, false) + ranking(c, true);
    }
    return switch (kind) {
      case "average_meter" -> meter(c);
      case "accumulation" -> accumulation(c);
      default -> "-" + (metric.isEmpty() ? kind : metric) + " is not checked here yet";
    };
  }

  private static String topk(JsonNode c, String metric) {
    TopkAcc acc = TopkAcc.of(AsYaml.config(c.path("params")));
    AverageMeters meters = new AverageMeters();
    for (int b = 0; b < c.path("batches").size(); b++) {
      JsonNode batch = c.path("batches").get(b);
      JsonNode output = batch.path("output");
      output =
          switch (metric) {
            case "GoogLeNetTopkAcc" -> output.get(0);
            case "DistillationTopkAcc" ->
                output
                    .path(c.path("params").path("model_key").asString())
                    .path(c.path("params").path("feature_key").asString());
            default -> output.has("logits") ? output.path("logits") : output;
          };
      float[][] logits = rows(output);
      Map<String, Double> got = acc.of(logits, CaseFile.longs(batch.path("target").path("i64")));
      meters.add(got, logits.length);
      String wrong = compare(c.path("per_batch").get(b), got);
      if (!wrong.isEmpty()) {
        return "batch " + b + ": " + wrong;
      }
    }
    double first = meters.averages().firstEntry().getValue();
    return CaseFile.near(c.path("avg").asDouble(), first, 1e-5) ? "" : "average " + first;
  }

  private static String compare(JsonNode expected, Map<String, Double> got) {
    for (var e : expected.properties()) {
      double value = got.getOrDefault(e.getKey(), Double.NaN);
      if (!CaseFile.near(CaseFile.number(e.getValue()), value, 1e-5)) {
        return e.getKey() + ": expected " + e.getValue() + ", got " + value;
      }
    }
    return "";
  }

  private static String meter(JsonNode c) {
    AverageMeter meter = new AverageMeter();
    for (int i = 0; i < c.path("updates").size(); i++) {
      double[] update = CaseFile.doubles(c.path("updates").get(i));
      double[] want = CaseFile.doubles(c.path("val_avg_sum_count").get(i));
      meter.add(update[0], update[1]);
      double[] got = {meter.last(), meter.average(), meter.sum(), meter.count()};
      for (int k = 0; k < want.length; k++) {
        if (!CaseFile.near(want[k], got[k], 1e-6)) {
          return "after update " + i + ": expected " + want[k] + ", got " + got[k];
        }
      }
    }
    String info = meter.info("x");
    return info.equals(c.path("avg_info").asString()) ? "" : info;
  }

  private static String accumulation(JsonNode c) {
    Accumulation a =
        Accumulation.of(c.path("batches_per_epoch").asInt(), c.path("update_freq").asInt());
    List<Long> after = new ArrayList<>();
    for (int i = 0; i < a.iterations(); i++) {
      if (a.updatesAfter(i)) {
        after.add(i + 1L);
      }
    }
    List<Long> want =
        c.path("updates_after_iterations").get(0).valueStream().map(JsonNode::asLong).toList();
    boolean same =
        a.frequency() == c.path("effective_update_freq").asInt()
            && a.iterations() == c.path("iter_per_epoch").asInt()
            && a.updates() == c.path("lr_step_each_epoch").asInt()
            && after.equals(want);
    return same ? "" : a + ", updates after " + after;
  }

  private static String ranking(JsonNode c, boolean ascending) {
    float[][] scores = rows(c.path("similarity"));
    long[] query = CaseFile.longs(c.path("query_label"));
    long[] gallery = CaseFile.longs(c.path("gallery_label"));
    boolean[][] matches = new boolean[query.length][gallery.length];
    for (int q = 0; q < query.length; q++) {
      for (int g = 0; g < gallery.length; g++) {
        scores[q][g] = ascending ? -scores[q][g] : scores[q][g];
        matches[q][g] =
            query[q] == gallery[g]
                && (c.path("keep_mask").isNull() || c.path("keep_mask").get(q).get(g).asInt() == 1);
      }
    }
    RetrievalResult result =
        RetrievalMetrics.ofScores(scores, matches, settings(OptionalInt.empty()));
    String suffix = ascending ? "_ascending" : "";
    StringBuilder wrong = new StringBuilder();
    for (String metric : List.of("mAP", "Recallk", "Precisionk")) {
      wrong.append(compare(c.path("expected").path(metric + suffix), result, 1e-5));
    }
    if (c.path("fixed").has("mINP" + suffix)
        && !CaseFile.near(
            c.path("fixed").path("mINP" + suffix).asDouble(),
            result.meanInverseNegativePenalty(),
            1e-5)) {
      wrong.append("mINP ").append(result.meanInverseNegativePenalty());
    }
    return wrong.toString();
  }

  private static String retrieval(JsonNode c, JsonNode data) {
    JsonNode global = c.path("global");
    if (!c.has("gallery_is_query")
        || global.path("re_ranking").asBoolean(false)
        || global.has("feature_binarize")
        || global.has("retrieval_feature_from")) {
      return "-re-ranking, binary codes and features of the backbone are not built yet";
    }
    boolean same = c.path("gallery_is_query").asBoolean();
    boolean camera = c.path("with_camera").asBoolean();
    boolean normalize = global.path("feature_normalize").asBoolean(true);
    EvaluationSet gallery = set(data, "gallery", "gnoise", camera, normalize);
    EvaluationSet queries = same ? gallery : set(data, "query", "qnoise", camera, normalize);
    RetrievalResult result =
        RetrievalMetrics.evaluate(
            queries, gallery, settings(OptionalInt.of(global.path("sim_block_size").asInt(64))));
    String wrong = compare(c.path("expected"), result, c.path("tolerance").asDouble(1e-5));
    double theirs = CaseFile.number(c.path("expected").path("mINP"));
    double own = result.meanInverseNegativePenalty();
    // the reference divides by ranks from 0, which makes its mINP a little larger
    return wrong.isEmpty() && (own > theirs || theirs - own > 0.05 * theirs + 0.002)
        ? "mINP: expected a little less than " + theirs + ", got " + own
        : wrong;
  }

  private static EvaluationSet set(
      JsonNode data, String which, String noise, boolean camera, boolean normalize) {
    String prefix = data.path("prefix").asString("ret");
    int dimension = data.path("dim").asInt();
    long[] labels = CaseFile.longs(data.path(which + "_label"));
    long centers = Golden.seed(prefix + "/centers");
    long noises = Golden.seed(prefix + "/" + noise);
    float[][] vectors = new float[labels.length][dimension];
    for (int i = 0; i < labels.length; i++) {
      for (int d = 0; d < dimension; d++) {
        double center = 2 * Golden.u(centers, labels[i] * dimension + d) - 1;
        double shift = 1.1 * (2 * Golden.u(noises, (long) i * dimension + d) - 1);
        vectors[i][d] = (float) (center + shift);
      }
    }
    EvaluationSet set = EvaluationSet.of(vectors, labels);
    set = camera ? set.withCameras(CaseFile.longs(data.path(which + "_camera"))) : set;
    return normalize ? set.normalized() : set;
  }

  private static String compare(JsonNode expected, RetrievalResult result, double tolerance) {
    for (var field : expected.properties()) {
      String key = field.getKey();
      double want = CaseFile.number(field.getValue());
      double got;
      if (key.startsWith("recall")) {
        got = result.recall().getOrDefault(Integer.valueOf(key.substring(6)), Double.NaN);
      } else if (key.startsWith("precision@")) {
        got = result.precision().getOrDefault(Integer.valueOf(key.substring(10)), Double.NaN);
      } else if (key.equals("mAP")) {
        got = result.meanAveragePrecision();
      } else {
        continue;
      }
      if (!CaseFile.near(want, got, tolerance)) {
        return key + ": expected " + want + ", got " + got + " ";
      }
    }
    return "";
  }

  private static RetrievalSettings settings(OptionalInt block) {
    return new RetrievalSettings(KS, KS, RetrievalSettings.Excluded.SCORE_ZERO, block);
  }

  private static float[][] rows(JsonNode tensor) {
    int rows = tensor.path("shape").get(0).asInt();
    int columns = tensor.path("shape").get(1).asInt();
    float[] all = new float[rows * columns];
    if (tensor.has("gen")) {
      all =
          Golden.values(
              tensor.path("gen").asString(),
              all.length,
              tensor.path("scale").asDouble(1),
              tensor.path("shift").asDouble(0));
    } else {
      for (int i = 0; i < all.length; i++) {
        all[i] = (float) CaseFile.number(tensor.path("f32").get(i));
      }
    }
    float[][] out = new float[rows][columns];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(all, r * columns, out[r], 0, columns);
    }
    return out;
  }
}
