package ai.fovea.exchange.golden;

import ai.fovea.exchange.GalleryLine;
import ai.fovea.exchange.PaddleGallery;
import ai.fovea.index.Hit;
import ai.fovea.index.Metric;
import ai.fovea.index.Search;
import ai.fovea.index.VectorIndex;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.GoldenFormat;
import ai.fovea.testkit.RawTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/// Galleries of PaddleX' PP-ShiTuV2 pipeline (`deploy/shituv2`): built, added to, searched, and removed from.
public final class PaddleXCases implements GoldenFormat {
  private static final double TOLERANCE = 2e-6;

  @Override
  public String name() {
    return "galleries of PaddleX";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    JsonNode one = content.path("cases").path(0);
    return one.has("index_type") && one.has("metric_type") && content.has("labels");
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) throws IOException {
    results(file).forEach(sink);
  }

  private static List<CaseResult> results(Path file) throws IOException {
    JsonNode content = CaseFile.read(file);
    Path root = RawTable.root(file);
    float[][] queries = RawTable.floats(root, content.path("queries"));
    List<CaseResult> results = new ArrayList<>();
    for (JsonNode one : content.path("cases")) {
      String name = one.path("index_type").asString() + " " + one.path("metric_type").asString();
      if (!one.has("dir")) {
        results.add(
            CaseResult.skipped(
                name, "indexes over bits are read and searched, not built", file.toString()));
        continue;
      }
      PaddleGallery gallery = PaddleGallery.open(root.resolve(one.path("dir").asString()));
      results.add(result(name + " content", content(gallery, content, one), file));
      try (VectorIndex index = gallery.index().toVectorIndex()) {
        for (JsonNode search : one.path("search")) {
          String asked = " top " + search.path("topk") + " at " + search.path("rec_threshold");
          results.add(result(name + asked, searched(gallery, index, queries, search), file));
        }
        results.add(result(name + " after removal", removed(gallery, index, queries, one), file));
      }
    }
    return results;
  }

  private static String content(PaddleGallery gallery, JsonNode file, JsonNode one) {
    int added = one.path("after_append_count").asInt();
    if (gallery.size() != added) {
      return gallery.size() + " images instead of " + added;
    }
    for (var line : gallery.lines().entrySet()) {
      String label = file.path("labels").path(line.getKey().intValue()).asString();
      String built = one.path("after_build").path(line.getKey().toString()).asString(label);
      if (!line.getValue().label().equals(label) || !built.equals(label)) {
        return "id " + line.getKey() + " is " + line.getValue().label() + " instead of " + label;
      }
    }
    return "";
  }

  /// Every case without some images; where the reference could not remove, the same ones as elsewhere.
  private static String removed(
      PaddleGallery gallery, VectorIndex index, float[][] queries, JsonNode one) {
    Set<Long> left = new TreeSet<>();
    one.path("after_remove_ids").forEach(id -> left.add(id.asLong()));
    if (left.isEmpty()) {
      LongStream.range(3, index.size()).forEach(left::add);
    }
    // Through everything: what a filter and what a removal leaves is then the same, whichever lists
    // are looked at first.
    Search all = Search.of(5).withEf(index.size()).withNprobe(index.size());
    List<List<Hit>> wanted = index.searchBatch(queries, all.where(left::contains));
    index.removeAll(
        gallery.lines().keySet().stream()
            .filter(id -> !left.contains(id))
            .mapToLong(id -> id)
            .toArray());
    if (index.size() != left.size()) {
      return index.size() + " images are left instead of " + left.size();
    }
    if (!index.searchBatch(queries, all).equals(wanted)) {
      return "finds others than those left";
    }
    return one.has("search_after_remove")
        ? searched(gallery, index, queries, one.path("search_after_remove"))
        : "";
  }

  private static String searched(
      PaddleGallery gallery, VectorIndex index, float[][] queries, JsonNode search) {
    Metric metric = index.metric();
    double threshold = search.path("rec_threshold").asDouble();
    for (int q = 0; q < queries.length; q++) {
      List<Hit> hits = index.search(queries[q], search.path("topk").asInt());
      boolean kept = !metric.better((float) threshold, hits.getFirst().score());
      JsonNode wanted = search.path("results").path(q);
      // Of squared distances the reference keeps just those that it should drop.
      if (wanted.path("score").isArray() != (kept == (metric == Metric.INNER_PRODUCT))) {
        return "query " + q + " is " + (kept ? "known" : "unknown") + " by " + hits.getFirst();
      }
      for (int i = 0; i < wanted.path("score").size(); i++) {
        double score = wanted.path("score").get(i).asDouble();
        GalleryLine line =
            gallery
                .lines()
                .getOrDefault(hits.get(i).id(), GalleryLine.parse("?", Optional.empty()));
        String label = wanted.path("label").get(i).asString();
        if (Math.abs(hits.get(i).score() - score) > TOLERANCE || !line.label().equals(label)) {
          return "query "
              + q
              + " hit "
              + i
              + " is "
              + line.label()
              + " with "
              + hits.get(i).score()
              + " instead of "
              + label
              + " with "
              + score;
        }
      }
    }
    return "";
  }

  private static CaseResult result(String name, String wrong, Path file) {
    return wrong.isEmpty()
        ? CaseResult.passed(name, file.toString())
        : CaseResult.failed(name, "what PaddleX meant", wrong, file.toString());
  }
}
