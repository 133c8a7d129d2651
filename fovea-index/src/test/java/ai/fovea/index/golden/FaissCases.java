package ai.fovea.index.golden;

import ai.fovea.index.Hit;
import ai.fovea.index.Metric;
import ai.fovea.index.Search;
import ai.fovea.index.VectorIndex;
import ai.fovea.index.faiss.BinaryIndex;
import ai.fovea.index.faiss.FaissException;
import ai.fovea.index.faiss.FaissIndex;
import ai.fovea.index.golden.HitComparison.Freedom;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.GoldenFormat;
import ai.fovea.testkit.RawTable;
import ai.fovea.weights.Pickle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Indexes that PaddleClas' gallery builder left behind (`deploy/faiss`): read, written again byte for byte, and searched.
public final class FaissCases implements GoldenFormat {
  private static final double TOLERANCE = 2e-6;

  @Override
  public String name() {
    return "Faiss indexes";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    // A list of cases, or what one of them should find.
    JsonNode one = content.has("cases") ? content.path("cases").path(0) : content;
    return one.has("index_method") && one.has("dist_type") && one.has("operations");
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) throws IOException {
    results(file).forEach(sink);
  }

  private static List<CaseResult> results(Path file) throws IOException {
    JsonNode content = CaseFile.read(file);
    // Beside a list of cases; two folders further up from one of them.
    Path beside = file.resolveSibling("dataset.json");
    JsonNode data =
        CaseFile.read(Files.exists(beside) ? beside : file.resolveSibling("../../dataset.json"));
    var made = new Made(file.toString(), RawTable.root(file), data);
    List<CaseResult> results = new ArrayList<>();
    if (!content.has("cases")) {
      made.search(content, results);
      return results;
    }
    for (JsonNode one : content.path("cases")) {
      results.add(one.has("error") ? made.better(one, file) : made.file(one));
    }
    return results;
  }

  /// The indexes of a list.
  ///
  /// @param where the file of cases
  /// @param root the folder to which names of files are relative
  /// @param data what the indexes were made of
  private record Made(String where, Path root, JsonNode data) {
    private CaseResult result(String name, String wrong) {
      return wrong.isEmpty()
          ? CaseResult.passed(name, where)
          : CaseResult.failed(name, "what Faiss has", wrong, where);
    }

    /// Read, and written again as it was; broken ones refused, and repaired.
    CaseResult file(JsonNode one) throws IOException {
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
      if (idMap(index).size() < read.count()) {
        return result(name, "the id map has fewer lines than the index rows");
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      read.write(Channels.newChannel(out));
      boolean same = Arrays.equals(out.toByteArray(), Files.readAllBytes(index));
      return result(name, same || broken ? "" : "written with other bytes");
    }

    /// The lines of the gallery by the index's rows, as the reference keeps them beside it.
    private static Map<?, ?> idMap(Path index) throws IOException {
      return (Map<?, ?>) Pickle.read(index.resolveSibling("id_map.pkl"));
    }

    /// What the reference can't do.
    CaseResult better(JsonNode one, Path file) throws IOException {
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
      idMap(index)
          .forEach((id, line) -> {
            if (id instanceof Long row && lines.contains(line)) {
              removed.add(row);
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

    void search(JsonNode one, List<CaseResult> results) throws IOException {
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
}
