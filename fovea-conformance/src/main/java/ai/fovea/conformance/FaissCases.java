package ai.fovea.conformance;

import ai.fovea.conformance.HitComparison.Freedom;
import ai.fovea.exchange.GalleryLine;
import ai.fovea.exchange.IdMapFile;
import ai.fovea.index.Hit;
import ai.fovea.index.Metric;
import ai.fovea.index.Search;
import ai.fovea.index.VectorIndex;
import ai.fovea.index.faiss.BinaryIndex;
import ai.fovea.index.faiss.FaissException;
import ai.fovea.index.faiss.FaissIndex;
import ai.fovea.testkit.CaseResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Indexes that PaddleClas' gallery builder left behind (`deploy/faiss`): read, written again byte for byte, and searched.
final class FaissCases {
  private static final double TOLERANCE = 2e-6;

  private final String where;
  private final Path root;
  private final JsonNode data;

  private FaissCases(Path file) {
    this.where = file.toString();
    this.root = RawTable.root(file);
    // Beside a list of cases; two folders further up from one of them.
    Path beside = file.resolveSibling("dataset.json");
    this.data =
        CaseFile.read(Files.exists(beside) ? beside : file.resolveSibling("../../dataset.json"));
  }

  /// A list of cases, or what one of them should find.
  static boolean accepts(JsonNode file) {
    JsonNode one = file.has("cases") ? file.path("cases").path(0) : file;
    return one.has("index_method") && one.has("dist_type") && one.has("operations");
  }

  /// What the indexes were made of.
  static boolean isData(JsonNode file) {
    return file.has("gallery_lines") && file.has("remove_lines") && file.has("base");
  }

  /// Every line of the galleries is a path and the whole label.
  static List<CaseResult> data(Path file) {
    JsonNode lines = CaseFile.read(file).path("gallery_lines");
    String name = "gallery lines";
    for (JsonNode line : lines) {
      String[] parts = line.asString().strip().split("\t", 2);
      GalleryLine read = GalleryLine.parse(line.asString(), Optional.empty());
      if (!read.equals(new GalleryLine(Optional.of(parts[0]), parts[1]))) {
        return List.of(CaseResult.failed(name, line.asString(), read.toString(), file.toString()));
      }
    }
    return List.of(CaseResult.passed(name, file.toString()));
  }

  static List<CaseResult> run(Path file) throws IOException {
    JsonNode content = CaseFile.read(file);
    FaissCases cases = new FaissCases(file);
    List<CaseResult> results = new ArrayList<>();
    if (!content.has("cases")) {
      cases.search(content, results);
      return results;
    }
    for (JsonNode one : content.path("cases")) {
      results.add(one.has("error") ? cases.better(one, file) : cases.file(one));
    }
    return results;
  }

  private CaseResult result(String name, String wrong) {
    return wrong.isEmpty()
        ? CaseResult.passed(name, where)
        : CaseResult.failed(name, "what Faiss has", wrong, where);
  }

  /// Read, and written again as it was; broken ones refused, and repaired.
  private CaseResult file(JsonNode one) throws IOException {
    String name = one.path("id").asString();
    Path index = root.resolve(one.path("dir").asString()).resolve("vector.index");
    FaissIndex read;
    boolean broken = false;
    try {
      read = FaissIndex.read(index);
    } catch (FaissException e) {
      broken = true;
      read = FaissIndex.readRepaired(index);
    }
    if (broken != one.has("inconsistent")) {
      return result(name, broken ? "was refused" : "was not refused");
    }
    if (read.count() != one.path("ntotal").asInt()) {
      return result(name, read.count() + " rows");
    }
    if (IdMapFile.read(index.resolveSibling("id_map.pkl")).size() < read.count()) {
      return result(name, "the id map has fewer lines than the index rows");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    read.write(Channels.newChannel(out));
    boolean same = Arrays.equals(out.toByteArray(), Files.readAllBytes(index));
    return result(name, same || broken ? "" : "written with other bytes");
  }

  /// What the reference can't do.
  private CaseResult better(JsonNode one, Path file) throws IOException {
    String name = one.path("id").asString();
    if (one.path("dist_type").asString().equals("hamming")) {
      return CaseResult.skipped(
          name, "indexes over bits are read and searched, not built or changed", where);
    }
    String version = file.getFileName().toString().replaceAll("cases_|\\.json", "");
    Path index =
        file.resolveSibling(version).resolve(name.replace("_remove", "")).resolve("vector.index");
    Set<String> lines = new HashSet<>();
    data.path("remove_lines").forEach(line -> lines.add(line.asString().strip()));
    Set<Long> removed = new HashSet<>();
    IdMapFile.read(index.resolveSibling("id_map.pkl"))
        .forEach((id, line) -> {
          if (lines.contains(line)) {
            removed.add(id);
          }
        });
    float[][] queries = RawTable.floats(root, data.path("queries"));
    FaissIndex.OfFloats read = (FaissIndex.OfFloats) FaissIndex.read(index);
    try (VectorIndex changed = read.toVectorIndex();
        VectorIndex whole = read.toVectorIndex()) {
      changed.removeAll(removed.stream().mapToLong(id -> id).toArray());
      Search all = Search.of(10).withEf(changed.size());
      List<List<Hit>> wanted = whole.searchBatch(queries, all.where(id -> !removed.contains(id)));
      boolean same = changed.searchBatch(queries, all).equals(wanted);
      return result(name, same && !removed.isEmpty() ? "" : "finds others than those left");
    }
  }

  private void search(JsonNode one, List<CaseResult> results) throws IOException {
    String name = one.path("id").asString();
    Path index = root.resolve(one.path("dir").asString()).resolve("vector.index");
    JsonNode searches = one.path(one.has("search") ? "search" : "intended_search");
    FaissIndex read = FaissIndex.readRepaired(index);
    switch (read) {
      case FaissIndex.OfBits bits -> {
        BinaryIndex binary = new BinaryIndex(bits);
        byte[][] queries = RawTable.bytes(root, data.path("binary_queries"));
        HitComparison by =
            new HitComparison(
                Metric.L2,
                0,
                bits instanceof FaissIndex.BinaryHnsw ? Freedom.BETTER : Freedom.NONE);
        compare(name, searches, k -> binary.searchBatch(queries, k), by, results);
      }
      case FaissIndex.OfFloats floats -> {
        float[][] queries = RawTable.floats(root, data.path("queries"));
        boolean walks = one.path("index_method").asString().startsWith("HNSW");
        HitComparison by =
            new HitComparison(
                floats.metric(), TOLERANCE, walks ? Freedom.BETTER : Freedom.MORE_LISTS);
        try (VectorIndex converted = floats.toVectorIndex()) {
          compare(name, searches, k -> converted.searchBatch(queries, k), by, results);
          for (String key : searches.propertyNames()) {
            if (key.startsWith("nprobe=")) {
              int nprobe = Integer.parseInt(key.substring("nprobe=".length()));
              compare(
                  name + " " + key,
                  searches.path(key),
                  k -> converted.searchBatch(queries, Search.of(k).withNprobe(nprobe)),
                  by,
                  results);
            }
          }
        }
      }
    }
  }

  private interface Asked {
    List<List<Hit>> search(int k);
  }

  private void compare(
      String name, JsonNode searches, Asked asked, HitComparison by, List<CaseResult> results) {
    for (String key : searches.propertyNames()) {
      if (key.matches("k\\d+") && searches.path(key).has("ids")) {
        List<List<Hit>> found = asked.search(Integer.parseInt(key.substring(1)));
        results.add(result(name + " " + key, by.differs(found, searches.path(key))));
      }
    }
  }
}
