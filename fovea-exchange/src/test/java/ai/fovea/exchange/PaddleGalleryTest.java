package ai.fovea.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.exchange.IdMapFile.Form;
import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.index.IndexSettings;
import ai.fovea.index.Metric;
import ai.fovea.index.faiss.FaissIndex;
import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PaddleGalleryTest {
  @TempDir Path folder;

  private static LocalGallery filled(Similarity similarity, int count) {
    LocalGallery gallery = LocalGallery.inMemory(new GallerySettings("model", 6, similarity));
    Random random = new Random(4);
    List<NewEntry> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = new float[6];
      for (int d = 0; d < 6; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      NewEntry image = NewEntry.of("label " + i % 7, vector).withId(2L * i + 5);
      images.add(i % 3 == 0 ? image : image.withSource("a folder/" + i + ".jpg"));
    }
    gallery.addAll(images);
    return gallery;
  }

  @ParameterizedTest
  @CsvSource({
    "COSINE,Flat,PICKLE",
    "L2,Flat,YAML",
    "INNER_PRODUCT,IVF,PICKLE",
    "L2,IVF20,YAML",
    "COSINE,HNSW8,PICKLE"
  })
  void whatIsWrittenIsReadAgain(Similarity similarity, String kind, Form form) throws IOException {
    try (LocalGallery gallery = filled(similarity, 1000)) {
      PaddleGallery.write(gallery, folder, IndexSettings.parse(kind), form);
      PaddleGallery theirs = PaddleGallery.open(folder);
      assertThat(theirs.size()).isEqualTo(1000);
      try (LocalGallery again = theirs.inMemory("model")) {
        assertThat(again.info().settings().similarity()).isEqualTo(similarity);
        for (Entry entry : gallery.entries().toList()) {
          Entry other = again.find(entry.id()).orElseThrow();
          assertThat(other.label()).isEqualTo(entry.label());
          if (form == Form.PICKLE) {
            assertThat(other.source())
                .isEqualTo(entry.source().or(() -> Optional.of("image-" + entry.id())));
          }
          float[] vector = again.vector(entry.id());
          for (int d = 0; d < 6; d++) {
            assertThat(vector[d]).isCloseTo(gallery.vector(entry.id())[d], within(1e-6f));
          }
        }
      }
    }
  }

  /// Every gallery over floats that PaddleClas left behind opens, with the labels that its lines have behind the tab.
  @Test
  void galleriesOfPaddleClasOpen() throws IOException {
    int opened = 0;
    try (Stream<Path> all = Files.walk(Shared.path("golden/deploy/faiss"))) {
      for (Path index : all.filter(f -> f.endsWith(PaddleGallery.INDEX)).sorted().toList()) {
        Path gallery = index.getParent();
        if (index.toString().contains("hamming")) {
          assertThatThrownBy(() -> PaddleGallery.open(gallery)).hasMessageContaining("Hamming");
          continue;
        }
        JsonNode set = json(index.resolveSibling("../../dataset.json"));
        try (LocalGallery read = PaddleGallery.open(gallery).inMemory("model")) {
          for (Entry entry : read.entries().toList()) {
            String[] line =
                set.path("gallery_lines").get((int) entry.id()).asString().strip().split("\t", 2);
            assertThat(entry.source()).contains(line[0]);
            assertThat(entry.label()).isEqualTo(line[1]);
          }
        }
        opened++;
      }
    }
    assertThat(opened).isGreaterThan(50);
  }

  /// PaddleX: scores and labels as it meant them, thresholds in the right direction.
  @Test
  void galleriesOfPaddleXOpen() throws IOException {
    Path golden = Shared.path("golden/deploy/shituv2/public.json");
    JsonNode file = json(golden);
    float[][] queries = floats(golden.resolveSibling("public_queries.f32"), 16);
    for (JsonNode c : file.path("cases")) {
      if (!c.has("dir")) {
        continue;
      }
      PaddleGallery theirs =
          PaddleGallery.open(golden.getParent().resolveSibling(c.path("dir").asString()));
      boolean smaller = c.path("metric_type").asString().equals("L2");
      try (LocalGallery gallery = theirs.inMemory("model")) {
        for (JsonNode search : c.path("search")) {
          for (int q = 0; q < queries.length && !smaller; q++) {
            JsonNode wanted = search.path("results").get(q);
            if (!wanted.path("score").isArray() || c.path("index_type").asString().equals("IVF")) {
              continue;
            }
            List<Candidate> found = gallery.search(queries[q], search.path("topk").asInt());
            for (int i = 0; i < found.size(); i++) {
              assertThat((double) found.get(i).score())
                  .isCloseTo(wanted.path("score").get(i).asDouble(), within(2e-6));
              assertThat(found.get(i).label()).isEqualTo(wanted.path("label").get(i).asString());
            }
          }
        }
      }
    }
  }

  @Test
  void anIndexAndAnIdMapThatDoNotFitAreRefused() throws IOException {
    try (LocalGallery gallery = filled(Similarity.L2, 5)) {
      PaddleGallery.write(gallery, folder, IndexSettings.FLAT, Form.PICKLE);
    }
    TreeMap<Long, String> lines = new TreeMap<>(IdMapFile.read(folder.resolve("id_map.pkl")));
    lines.remove(5L);
    lines.remove(9L);
    IdMapFile.write(folder.resolve("id_map.pkl"), Form.PICKLE, lines, "", "");
    assertThatThrownBy(() -> PaddleGallery.open(folder))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("2 problems")
        .hasMessageContaining("no line for the id 5, which vector.index holds");
    Files.delete(folder.resolve("id_map.pkl"));
    assertThatThrownBy(() -> PaddleGallery.open(folder)).hasMessageContaining("id_map.pkl");
  }

  @Test
  void whatAGalleryRefusesIsSaidAndNothingAdded() throws IOException {
    try (LocalGallery gallery = filled(Similarity.L2, 5)) {
      PaddleGallery.write(gallery, folder, IndexSettings.FLAT, Form.PICKLE);
      PaddleGallery theirs = PaddleGallery.open(folder);
      assertThatThrownBy(() -> theirs.copyTo(gallery))
          .isInstanceOf(ExchangeException.class)
          .hasMessageContaining("5 problems")
          .hasMessageContaining("id 5 is in use in the gallery");
      assertThat(gallery.info().entries()).isEqualTo(5);
      try (LocalGallery other =
          LocalGallery.inMemory(new GallerySettings("model", 7, Similarity.L2))) {
        assertThatThrownBy(() -> theirs.copyTo(other)).hasMessageContaining("expected 7");
        assertThat(other.info().entries()).isZero();
      }
    }
  }

  @Test
  void whatAGalleryWouldCompareOtherwiseIsRefused() throws IOException {
    try (LocalGallery gallery = filled(Similarity.INNER_PRODUCT, 5)) {
      PaddleGallery.write(gallery, folder, IndexSettings.FLAT, Form.PICKLE);
    }
    PaddleGallery theirs = PaddleGallery.openUsable(folder);
    for (Similarity other : List.of(Similarity.COSINE, Similarity.L2)) {
      try (LocalGallery gallery = LocalGallery.inMemory(new GallerySettings("model", 6, other))) {
        assertThatThrownBy(() -> theirs.copyTo(gallery))
            .hasMessageContaining("by inner-product, not by " + other.text());
        assertThatThrownBy(() -> theirs.copyUsable(gallery))
            .hasMessageContaining("by inner-product, not by " + other.text());
        assertThat(gallery.info().entries()).isZero();
      }
    }
  }

  @Test
  void whatCanBeUsedIsTakenAndTheRestNamed() throws IOException {
    // Unit vectors, one of zeros, one that is not finite: compared by their cosine all the same.
    float[][] rows = {{1, 0}, {0, 1}, {0, 0}, {Float.NaN, 1}, {0.6f, 0.8f}, {1, 0}};
    FaissIndex.build(
            IndexSettings.FLAT,
            2,
            Metric.INNER_PRODUCT,
            LongStream.range(0, 6).toArray(),
            i -> rows[i])
        .write(folder.resolve(PaddleGallery.INDEX));
    Files.writeString(
        folder.resolve("id_map.txt"), "0 a\nfive\n1 b\n2 zero\n3 nan\n4 cafe\u0301\n7 gone\n");
    PaddleGallery theirs = PaddleGallery.openUsable(folder);
    assertThat(theirs.settings("model").similarity()).isEqualTo(Similarity.COSINE);
    try (LocalGallery gallery = LocalGallery.inMemory(theirs.settings("model"))) {
      Imported imported = theirs.copyUsable(gallery);
      assertThat(imported.problems())
          .satisfiesExactlyInAnyOrder(
              p -> assertThat(p).startsWith("id_map.txt: line 2: expected a number"),
              p -> assertThat(p).startsWith("id 7: 'gone' has no vector"),
              p -> assertThat(p).isEqualTo("id 2: the vector is all zeros"),
              p -> assertThat(p).startsWith("id 3: "),
              p -> assertThat(p).isEqualTo("id 5: its vector has no entry in the id map"));
      assertThat(imported.added()).isEqualTo(3);
      assertThat(gallery.entries().map(Entry::id)).containsExactly(0L, 1L, 4L);
      assertThat(gallery.find(4).orElseThrow().label()).isEqualTo("caf\u00e9");
    }
  }

  private static JsonNode json(Path file) throws IOException {
    return JsonMapper.shared().readTree(Files.readString(file));
  }

  private static float[][] floats(Path file, int dimension) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[][] out = new float[bytes.remaining() / 4 / dimension][dimension];
    for (float[] row : out) {
      bytes.asFloatBuffer().get(row);
      bytes.position(bytes.position() + 4 * dimension);
    }
    return out;
  }
}
