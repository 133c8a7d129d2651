package ai.fovea.index.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.index.eval.RetrievalSettings.Excluded;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Against the figures of the reference implementation; mINP against the corrected ones.
class RetrievalGoldenTest {
  private static final List<Integer> KS = List.of(1, 2, 5, 10);

  @ParameterizedTest
  @ValueSource(strings = {"plain", "camera", "same", "same_camera", "block100", "nonorm"})
  void retrievalOfTheReference(String name) {
    JsonNode cases = read("golden/train/retrieval.json");
    JsonNode data = named(cases, "data");
    JsonNode golden = named(cases, name);
    EvaluationSet gallery = set(data, "gallery", "ret/gnoise");
    EvaluationSet queries =
        golden.get("gallery_is_query").asBoolean() ? gallery : set(data, "query", "ret/qnoise");
    if (golden.get("with_camera").asBoolean()) {
      boolean same = golden.get("gallery_is_query").asBoolean();
      gallery = gallery.withCameras(longs(data.get("gallery_camera")));
      queries = same ? gallery : queries.withCameras(longs(data.get("query_camera")));
    }
    if (golden.get("global").path("feature_normalize").asBoolean(true)) {
      gallery = gallery.normalized();
      queries = queries.normalized();
    }
    int block = golden.get("global").path("sim_block_size").asInt(64);
    RetrievalResult result =
        RetrievalMetrics.evaluate(queries, gallery, settings(OptionalInt.of(block)));
    compare(result, golden.get("expected"));
    // The reference's mINP counts ranks from 0, which makes it greater.
    double theirs = golden.get("expected").get("mINP").asDouble();
    assertThat(result.meanInverseNegativePenalty())
        .isLessThan(theirs)
        .isCloseTo(theirs, within(0.03 * theirs + 0.002));
  }

  @Test
  void rankingsOfTheReference() {
    int seen = 0;
    for (JsonNode golden : read("golden/train/metrics.json")) {
      if (!golden.path("metric").asString("").equals("ranking")) {
        continue;
      }
      seen++;
      for (boolean ascending : new boolean[] {false, true}) {
        String suffix = ascending ? "_ascending" : "";
        RetrievalResult result = ranked(golden, ascending);
        JsonNode expected = golden.get("expected");
        for (String metric : List.of("mAP", "Recallk", "Precisionk")) {
          if (expected.has(metric + suffix)) {
            compare(result, expected.get(metric + suffix));
          }
        }
        assertThat(result.meanInverseNegativePenalty())
            .isCloseTo(golden.get("fixed").get("mINP" + suffix).asDouble(), within(1e-6));
      }
    }
    assertThat(seen).isGreaterThan(1);
  }

  private static RetrievalResult ranked(JsonNode golden, boolean ascending) {
    int rows = golden.get("similarity").get("shape").get(0).asInt();
    int columns = golden.get("similarity").get("shape").get(1).asInt();
    float[] all =
        Golden.values(golden.get("similarity").get("gen").asString(), rows * columns, 1, 0);
    float[][] scores = new float[rows][columns];
    boolean[][] matches = new boolean[rows][columns];
    for (int q = 0; q < rows; q++) {
      for (int g = 0; g < columns; g++) {
        scores[q][g] = ascending ? -all[q * columns + g] : all[q * columns + g];
        boolean kept =
            golden.get("keep_mask").isNull() || golden.get("keep_mask").get(q).get(g).asInt() == 1;
        matches[q][g] =
            kept
                && golden.get("query_label").get(q).asLong()
                    == golden.get("gallery_label").get(g).asLong();
      }
    }
    return RetrievalMetrics.ofScores(scores, matches, settings(OptionalInt.empty()));
  }

  private static void compare(RetrievalResult result, JsonNode expected) {
    for (var field : expected.properties()) {
      String key = field.getKey();
      double filter = field.getValue().asDouble();
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
      assertThat(got).as(key).isCloseTo(filter, within(1e-5 * filter + 1e-9));
    }
  }

  private static RetrievalSettings settings(OptionalInt block) {
    return new RetrievalSettings(KS, KS, Excluded.SCORE_ZERO, block);
  }

  private static EvaluationSet set(JsonNode data, String which, String noiseName) {
    int n = data.get("num_" + which).asInt();
    int dimension = data.get("dim").asInt();
    int centerCount = data.get("num_centers").asInt();
    long centers = Golden.seed("ret/centers");
    long noise = Golden.seed(noiseName);
    long[] labels = longs(data.get(which + "_label"));
    float[][] vectors = new float[n][dimension];
    for (int i = 0; i < n; i++) {
      assertThat(labels[i]).isLessThan(centerCount);
      for (int d = 0; d < dimension; d++) {
        double center = 2 * Golden.u(centers, labels[i] * dimension + d) - 1;
        double shift = 1.1 * (2 * Golden.u(noise, (long) i * dimension + d) - 1);
        vectors[i][d] = (float) (center + shift);
      }
    }
    return EvaluationSet.of(vectors, labels);
  }

  private static JsonNode read(String path) {
    return JsonMapper.builder().build().readTree(Shared.path(path).toFile()).get("cases");
  }

  private static JsonNode named(JsonNode cases, String name) {
    List<JsonNode> found = new ArrayList<>();
    cases.forEach(
        c -> found.addAll(c.path("name").asString("").equals(name) ? List.of(c) : List.of()));
    return found.getFirst();
  }

  private static long[] longs(JsonNode array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asLong();
    }
    return values;
  }
}
