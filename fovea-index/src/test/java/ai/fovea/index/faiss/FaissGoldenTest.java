package ai.fovea.index.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.index.Hit;
import ai.fovea.index.Metric;
import ai.fovea.index.Search;
import ai.fovea.index.VectorIndex;
import ai.fovea.index.faiss.FaissIndex.IdMap;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.Shared;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Files written by Faiss 1.7.4 and 1.15.1 as PaddleClas drives it.
class FaissGoldenTest {
  private static final String PLACE = "golden/deploy/";

  private static JsonNode json(Path file) throws IOException {
    return JsonMapper.shared().readTree(Files.readString(file));
  }

  private static byte[] bytes(FaissIndex index) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    index.write(Channels.newChannel(out));
    return out.toByteArray();
  }

  private static List<Path> files(String folder, String name) throws IOException {
    try (Stream<Path> all = Files.walk(Shared.path(PLACE + folder))) {
      return all.filter(f -> f.getFileName().toString().endsWith(name)).sorted().toList();
    }
  }

  @Test
  void everyFileIsReadAndWrittenAgainByteForByte() throws IOException {
    int read = 0;
    for (Path file : files("faiss", "vector.index")) {
      if (json(file.resolveSibling("expected.json")).has("inconsistent")) {
        continue;
      }
      assertThat(bytes(FaissIndex.read(file)))
          .as(file.toString())
          .isEqualTo(Files.readAllBytes(file));
      read++;
    }
    assertThat(read).isGreaterThanOrEqualTo(54);
  }

  @Test
  void removalFromIvfIsRefusedAndRepairedOnRequest() throws IOException {
    int repaired = 0;
    for (Path file : files("faiss", "vector.index")) {
      JsonNode expected = json(file.resolveSibling("expected.json"));
      if (!expected.has("inconsistent")) {
        continue;
      }
      assertThatThrownBy(() -> FaissIndex.read(file))
          .isInstanceOf(FaissException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("removes rows from an IVF index")
          .hasMessageContaining("readRepaired");
      FaissRows rows = ((IdMap) FaissIndex.readRepaired(file)).rows();
      long[] ids = LongStream.range(0, rows.count()).map(r -> rows.id((int) r)).sorted().toArray();
      assertThat(ids)
          .isEqualTo(
              expected.path("id_map_keys").valueStream().mapToLong(JsonNode::asLong).toArray());
      float[] base = floats(file.resolveSibling("../../base.f32"));
      for (int r = 0; r < rows.count(); r++) {
        float[] vector = rows.vector(r);
        int from = Math.toIntExact(rows.id(r)) * vector.length;
        assertThat(vector).isEqualTo(Arrays.copyOfRange(base, from, from + vector.length));
      }
      repaired++;
    }
    assertThat(repaired).isGreaterThanOrEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a300x16", "b2000x32"})
  void binaryIndexesFindWhatFaissFinds(String set) throws IOException {
    byte[] queries = Files.readAllBytes(Shared.path(PLACE + "faiss/" + set + "/binary_queries.u8"));
    for (Path file : files("faiss/" + set, "vector.index")) {
      if (!file.toString().contains("hamming")) {
        continue;
      }
      BinaryIndex index = new BinaryIndex((FaissIndex.OfBits) FaissIndex.read(file));
      JsonNode k10 = json(file.resolveSibling("expected.json")).path("search").path("k10");
      int size = index.dimension() / 8;
      for (int q = 0; q < k10.path("scores").size(); q++) {
        List<Hit> hits = index.search(Arrays.copyOfRange(queries, q * size, (q + 1) * size), 10);
        for (int i = 0; i < 10; i++) {
          // Equal distances are as good as each other; in the graph a walk that breaks ties
          // otherwise may find more.
          int expected = k10.path("scores").get(q).get(i).asInt();
          String what = file + " query " + q + " hit " + i;
          if (file.toString().contains("flat_")) {
            assertThat(hits.get(i).score()).as(what).isEqualTo(expected);
          } else {
            assertThat(hits.get(i).score()).as(what).isLessThanOrEqualTo(expected);
          }
        }
      }
    }
  }

  /// Flat indexes, HNSW indexes by Faiss' own graph, and IVF indexes at each recorded nprobe,
  /// against what Faiss found; the repaired ones against what it should have found.
  @ParameterizedTest
  @ValueSource(strings = {"a300x16", "b2000x32"})
  void convertedIndexesFindWhatFaissFinds(String set) throws IOException {
    int searches = 0;
    for (Path file : files("faiss/" + set, "vector.index")) {
      JsonNode expected = json(file.resolveSibling("expected.json"));
      String id = expected.path("id").asString();
      if (id.contains("hamming")) {
        continue;
      }
      FaissIndex.OfFloats read = (FaissIndex.OfFloats) FaissIndex.readRepaired(file);
      float[][] queries = split(floats(file.resolveSibling("../../queries.f32")), read.dimension());
      try (VectorIndex index = read.toVectorIndex()) {
        assertThat(index.size()).isEqualTo(expected.path("ntotal").asInt());
        JsonNode search = expected.path(expected.has("search") ? "search" : "intended_search");
        if (search.has("k10")) {
          compare(id, read.metric(), index.searchBatch(queries, 10), search.path("k10"));
          searches++;
        }
        for (String nprobe : search.propertyNames()) {
          if (nprobe.startsWith("nprobe=")) {
            Search asked = Search.of(10).withNprobe(Integer.parseInt(nprobe.substring(7)));
            compare(
                id,
                read.metric(),
                index.searchBatch(queries, asked),
                search.path(nprobe).path("k10"));
            searches++;
          }
        }
      }
    }
    assertThat(searches).isGreaterThanOrEqualTo(30);
  }

  /// Of equal scores Faiss leaves the order open. Where the lists that it looked through held too
  /// few, more are looked through here, and walks of a graph go a little further: what is found
  /// must be at least as good.
  private static void compare(String id, Metric metric, List<List<Hit>> found, JsonNode expected) {
    for (int q = 0; q < found.size(); q++) {
      List<Long> ids = expected.path("ids").get(q).valueStream().map(JsonNode::asLong).toList();
      double[] scores =
          expected.path("scores").get(q).valueStream().mapToDouble(JsonNode::asDouble).toArray();
      List<Hit> hits = found.get(q);
      for (int i = 0; i < ids.size(); i++) {
        Hit hit = hits.get(i);
        String what = id + " query " + q + " hit " + i;
        if (ids.contains(-1L) || id.contains("hnsw")) {
          assertThat(metric.orderedScore(hit.score()))
              .as(what)
              .isGreaterThanOrEqualTo(metric.orderedScore((float) scores[i]) - 2e-6f);
          continue;
        }
        assertThat((double) hit.score()).as(what).isCloseTo(scores[i], within(2e-6));
        int theirs = ids.indexOf(hit.id());
        double tied = theirs < 0 ? scores[ids.size() - 1] : scores[theirs];
        assertThat((double) hit.score()).as(what).isCloseTo(tied, within(2e-6));
      }
    }
  }

  private static float[][] split(float[] all, int dimension) {
    float[][] out = new float[all.length / dimension][];
    Arrays.setAll(out, i -> Arrays.copyOfRange(all, i * dimension, (i + 1) * dimension));
    return out;
  }

  @Test
  void damagedFilesAreRefusedForTheRightReason() throws IOException {
    Map<String, String> reasons =
        Map.ofEntries(
            Map.entry("cut", "cut off"),
            Map.entry("trailing", "4 bytes follow"),
            Map.entry("bad_fourcc", "IxZZ"),
            Map.entry("big_endian_dim", "dimension 268435456"),
            Map.entry("dim_zero", "dimension 0"),
            Map.entry("dim_negative", "dimension -"),
            Map.entry("ntotal_negative", "vectors, expected 0 or more"),
            Map.entry("ntotal_huge", "the header says"),
            Map.entry("vector_length_huge", "2305843009213693952 values"),
            Map.entry("vector_length_short", "the vectors take"),
            Map.entry("inner_ntotal_differs", "the header says"),
            Map.entry("idmap_nested", "nests too deep"),
            Map.entry("hnsw_neighbor_range", "has the neighbour"),
            Map.entry("hnsw_entry_range", "the entry point is"),
            Map.entry("hnsw_offsets", "places for neighbours"),
            Map.entry("hnsw_level", "is on 99 levels"),
            Map.entry("ivf_list_type", "ilxx"),
            Map.entry("ivf_list_count", "lists for 37 centroids"),
            Map.entry("ivf_list_size", "announces 1000000000000 rows"));
    JsonNode cases = json(Shared.path(PLACE + "faiss_corrupt/public.json")).path("cases");
    assertThat(cases.size()).isGreaterThan(30);
    for (JsonNode c : cases) {
      String name = c.path("file").asString();
      Path file = Shared.path(PLACE + "faiss_corrupt/public/" + name);
      String reason =
          reasons.entrySet().stream()
              .filter(r -> name.contains(r.getKey()))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElse("nothing known for " + name);
      assertThatThrownBy(() -> FaissIndex.read(file))
          .isInstanceOf(FaissException.class)
          .hasMessageContaining(name)
          .hasMessageContaining(": byte ")
          .hasMessageContaining(reason);
    }
  }

  @Test
  void emptyAndSparseFilesAreReadAndOtherKindsNamed() throws IOException {
    Path empty = Shared.path(PLACE + "faiss_extra/flat_empty_public.index");
    assertThat(FaissIndex.read(empty).count()).isZero();
    assertThat(bytes(FaissIndex.read(empty))).isEqualTo(Files.readAllBytes(empty));

    Path sparse = Shared.path(PLACE + "faiss_extra/ivf_sparse_public.index");
    FaissIndex.OfFloats ivf = (FaissIndex.OfFloats) FaissIndex.read(sparse);
    assertThat(bytes(ivf)).isEqualTo(Files.readAllBytes(sparse));
    float[] base = unit(Golden.values("deploy/faiss/sparse_public", 600 * 16, 1, 0), 16);
    FaissRows rows = ivf.rows();
    assertThat(rows.count()).isEqualTo(4);
    for (int r = 0; r < 4; r++) {
      int from = Math.toIntExact(rows.id(r) - 100) * 16;
      assertThat(rows.vector(r)).isEqualTo(Arrays.copyOfRange(base, from, from + 16));
    }

    Path hash = Shared.path(PLACE + "faiss_extra/unsupported_binary_hash_public.index");
    assertThatThrownBy(() -> FaissIndex.read(hash))
        .isInstanceOf(FaissException.class)
        .hasMessageContaining("IBHh")
        .hasMessageContaining("Build it as");
  }

  private static float[] floats(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return LittleEndian.row(MemorySegment.ofArray(bytes), bytes.length / 4, 0);
  }

  private static float[] unit(float[] values, int dimension) {
    float[] out = new float[values.length];
    for (int from = 0; from < values.length; from += dimension) {
      double norm = 0;
      for (int d = 0; d < dimension; d++) {
        norm += (double) values[from + d] * values[from + d];
      }
      for (int d = 0; d < dimension; d++) {
        out[from + d] = (float) (values[from + d] / Math.sqrt(norm));
      }
    }
    return out;
  }
}
