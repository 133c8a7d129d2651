package ai.fovea.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.exchange.IdMapFile.Form;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.index.Hit;
import ai.fovea.index.IndexSettings;
import ai.fovea.index.Search;
import ai.fovea.index.VectorIndex;
import ai.fovea.index.faiss.FaissIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.TestAbortedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Galleries that Faiss itself reads and writes. Needs a Python with faiss and numpy: the environment variable
/// `FOVEA_FAISS_PYTHON` names it.
class RealFaissTest {
  private static final int DIMENSION = 16;
  private static final int ROWS = 1500;

  /// Searches what was written here, and writes the same vectors itself.
  private static final String SCRIPT =
      """
      import json, pickle, sys
      import faiss, numpy as np
      folder, kind, metric = sys.argv[1:]
      index = faiss.read_index(folder + "/ours/vector.index")
      lines = pickle.load(open(folder + "/ours/id_map.pkl", "rb"))
      queries = np.fromfile(folder + "/queries.f32", "<f4").reshape(-1, index.d)
      inner = faiss.downcast_index(index.index)
      if hasattr(inner, "nprobe"):
          inner.nprobe = inner.nlist
      scores, ids = index.search(queries, 10)
      base = np.fromfile(folder + "/base.f32", "<f4").reshape(-1, index.d)
      numbers = np.array(sorted(lines), dtype="int64")
      made = faiss.index_factory(index.d, kind, getattr(faiss, "METRIC_" + metric))
      made.train(base)
      made = faiss.IndexIDMap2(made)
      made.add_with_ids(base, numbers)
      faiss.write_index(made, folder + "/theirs.index")
      pickle.dump({k: lines[k] for k in numbers}, open(folder + "/theirs.pkl", "wb"))
      print(json.dumps({"ids": ids.tolist(), "scores": scores.tolist(), "total": index.ntotal,
                        "keys": str(type(next(iter(lines)))), "lines": [lines[k] for k in numbers]}))
      """;

  @TempDir Path folder;
  private String python = "";

  @BeforeEach
  void findPython() {
    python =
        Optional.ofNullable(System.getenv("FOVEA_FAISS_PYTHON"))
            .orElseThrow(
                () -> new TestAbortedException("needs FOVEA_FAISS_PYTHON, a Python with faiss"));
  }

  @ParameterizedTest
  @CsvSource({
    "Flat,Flat,INNER_PRODUCT",
    "Flat,Flat,L2",
    "IVF30,'IVF30,Flat',INNER_PRODUCT",
    "IVF30,'IVF30,Flat',L2",
    "HNSW32,HNSW32,INNER_PRODUCT",
    "HNSW16,HNSW16,L2"
  })
  void readsOursAndWritesWhatWeRead(String kind, String factory, Similarity similarity)
      throws Exception {
    Random random = new Random(21);
    float[][] base = vectors(random, ROWS);
    float[][] queries = vectors(random, 40);
    write(folder.resolve("base.f32"), base);
    write(folder.resolve("queries.f32"), queries);
    try (LocalGallery gallery =
        LocalGallery.inMemory(new GallerySettings("model", DIMENSION, similarity))) {
      List<NewEntry> images = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        images.add(
            NewEntry.of("标签 " + i % 9, base[i]).withId(3L * i + 1).withSource("p/" + i + ".jpg"));
      }
      gallery.addAll(images);
      PaddleGallery.write(gallery, folder.resolve("ours"), IndexSettings.parse(kind), Form.PICKLE);
      JsonNode answer = ask(factory, similarity == Similarity.L2 ? "L2" : "INNER_PRODUCT");
      assertThat(answer.path("total").asInt()).isEqualTo(ROWS);
      assertThat(answer.path("keys").asString()).isEqualTo("<class 'numpy.int64'>");
      assertThat(answer.path("lines").get(4).asString()).isEqualTo("p/4.jpg\t标签 4");

      Search all = Search.of(10).withNprobe(30).withEf(96);
      try (VectorIndex exact =
          VectorIndex.create(IndexSettings.FLAT, DIMENSION, similarity.metric())) {
        for (int i = 0; i < ROWS; i++) {
          exact.add(3L * i + 1, base[i]);
        }
        List<List<Hit>> truth = exact.searchBatch(queries, 10);
        agrees(kind, truth, answer);
        FaissIndex.OfFloats theirs =
            (FaissIndex.OfFloats) FaissIndex.read(folder.resolve("theirs.index"));
        try (VectorIndex index = theirs.toVectorIndex()) {
          assertThat(common(truth, index.searchBatch(queries, all))).isGreaterThan(0.98);
        }
      }
      PaddleGallery theirs =
          PaddleGallery.open(
              folder.resolve("theirs.index"), folder.resolve("theirs.pkl"), Optional.empty());
      try (LocalGallery again = theirs.inMemory("model")) {
        assertThat(again.entries()).isEqualTo(gallery.entries().toList());
      }
    }
  }

  private static void agrees(String kind, List<List<Hit>> truth, JsonNode answer) {
    int common = 0;
    for (int q = 0; q < truth.size(); q++) {
      for (int i = 0; i < 10; i++) {
        long id = answer.path("ids").get(q).get(i).asLong();
        Hit hit = truth.get(q).get(i);
        common += truth.get(q).stream().anyMatch(h -> h.id() == id) ? 1 : 0;
        if (!kind.startsWith("HNSW")) {
          assertThat((double) hit.score())
              .isCloseTo(answer.path("scores").get(q).get(i).asDouble(), within(1e-5));
        }
      }
    }
    assertThat(common).isGreaterThan((int) (0.97 * 10 * truth.size()));
  }

  private static double common(List<List<Hit>> truth, List<List<Hit>> found) {
    int common = 0;
    for (int q = 0; q < truth.size(); q++) {
      List<Long> ids = found.get(q).stream().map(Hit::id).toList();
      common += (int) truth.get(q).stream().filter(h -> ids.contains(h.id())).count();
    }
    return common / (10.0 * truth.size());
  }

  private JsonNode ask(String kind, String metric) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(python, "-W", "ignore", "-c", SCRIPT, folder.toString(), kind, metric)
            .redirectError(folder.resolve("errors").toFile())
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("errors"))).isZero();
    return JsonMapper.shared().readTree(out);
  }

  private static float[][] vectors(Random random, int count) {
    float[][] out = new float[count][DIMENSION];
    for (float[] vector : out) {
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] = (float) random.nextGaussian();
      }
    }
    return out;
  }

  private static void write(Path file, float[][] vectors) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(vectors.length * DIMENSION * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float[] vector : vectors) {
      for (float v : vector) {
        bytes.putFloat(v);
      }
    }
    Files.write(file, bytes.array());
  }
}
