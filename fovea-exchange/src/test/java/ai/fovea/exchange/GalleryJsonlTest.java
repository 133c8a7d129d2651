package ai.fovea.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GalleryJsonlTest {
  private static final GallerySettings SETTINGS = new GallerySettings("model", 2, Similarity.L2);

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadAgainBitForBit() throws IOException {
    Path file = folder.resolve("gallery.jsonl");
    try (LocalGallery gallery = LocalGallery.inMemory(SETTINGS);
        LocalGallery again = LocalGallery.inMemory(SETTINGS)) {
      gallery.addAll(
          IntStream.range(0, 9000)
              .mapToObj(i -> {
                NewEntry image =
                    NewEntry.of("标签 \"" + i % 5 + "\"", new float[] {i / 3f, Float.MIN_VALUE});
                image = i % 2 == 0 ? image : image.withSource("a/" + i + ".jpg");
                return i % 3 == 0 ? image : image.withAttribute("shop", "n" + i).withId(20_000 + i);
              })
              .toList());
      byte[] jpeg = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 7};
      gallery.add(NewEntry.of("seen", new float[2]).withId(7).withThumbnail(jpeg));
      assertThat(GalleryJsonl.write(gallery, file)).isEqualTo(9001);
      assertThat(GalleryJsonl.read(file, again)).isEqualTo(9001);
      assertThat(again.thumbnail(7).orElseThrow()).isEqualTo(jpeg);
      assertThat(again.entries()).isEqualTo(gallery.entries().toList());
      for (Entry entry : gallery.entries().toList()) {
        assertThat(again.vector(entry.id())).isEqualTo(gallery.vector(entry.id()));
      }
    }
  }

  @Test
  void arraysOfNumbersAreReadAndMostIsOptional() throws IOException {
    Path file = folder.resolve("gallery.jsonl");
    Files.writeString(
        file,
        """
        {"label": "mug", "vector": [1, -2.5]}

        {"label": "cup", "vector": [0, 1e-3], "id": 4, "source": null, "attributes": {"a": ""}}
        """);
    try (LocalGallery gallery = LocalGallery.inMemory(SETTINGS)) {
      assertThat(GalleryJsonl.read(file, gallery)).isEqualTo(2);
      assertThat(gallery.entries(Filter.label("mug"))).hasSize(1);
      assertThat(gallery.find(4).orElseThrow().attributes()).isEqualTo(Map.of("a", ""));
      assertThat(gallery.vector(4)).containsExactly(0, 1e-3f);
    }
  }

  @Test
  void everyBadLineIsNamedAndNothingIsAdded() throws IOException {
    Path file = folder.resolve("gallery.jsonl");
    Files.writeString(
        file,
        """
        {"label": "good", "vector": [1, 2], "id": 1}
        {"label": "short", "vector": [1]}
        not json
        [1]
        {"label": 3, "vector": "AAAA"}
        {"label": "x", "vector": "?", "id": "7", "colour": 1}
        {"label": "x", "vector": [1, "a"], "attributes": {"b": 2}}
        {"label": "twice", "vector": [1, 2], "id": 1}
        {"label": "nan", "vector": [1e999, 0]}
        {"label": "used", "vector": [1, 2], "id": 8}
        {"label": "", "vector": [1, 2]}
        """);
    try (LocalGallery gallery = LocalGallery.inMemory(SETTINGS)) {
      gallery.add(NewEntry.of("here", new float[2]).withId(8));
      assertThatThrownBy(() -> GalleryJsonl.read(file, gallery))
          .isInstanceOf(ExchangeException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("10 problems")
          .hasMessageContaining("line 2: the vector has 1 values, expected 2")
          .hasMessageContaining("line 3: not JSON")
          .hasMessageContaining("line 4: expected a JSON object")
          .hasMessageContaining("line 5: label: expected text, vector: 3 bytes")
          .hasMessageContaining("line 6: unknown key colour, vector: not Base64")
          .hasMessageContaining("id: expected a whole number")
          .hasMessageContaining("line 7: vector: value 1 is no number, attribute b: expected text")
          .hasMessageContaining("line 8: id 1 comes twice")
          .hasMessageContaining("line 10: id 8 is in use");
      assertThat(gallery.info().entries()).isEqualTo(1);
    }
  }

  @Test
  void anImportThatIsMadeTwiceNamesEachLine() throws IOException {
    Path file = folder.resolve("gallery.jsonl");
    try (LocalGallery gallery = LocalGallery.inMemory(SETTINGS)) {
      for (int i = 1; i <= 100; i++) {
        gallery.add(NewEntry.of("mug", new float[] {i, 1}).withId(i));
      }
      GalleryJsonl.write(gallery, file);
      Imported again = GalleryJsonl.readUsable(file, gallery);
      assertThat(again.added()).isZero();
      assertThat(again.problems())
          .hasSize(100)
          .startsWith("line 1: id 1 is in use in the gallery")
          .endsWith("line 100: id 100 is in use in the gallery");
      assertThat(gallery.info().entries()).isEqualTo(100);
    }
  }

  @Test
  void whatCanBeUsedIsTakenAndEachOtherLineNamed() throws IOException {
    Path file = folder.resolve("gallery.jsonl");
    byte[] latin1 = "{\"label\": \"caf\u00e9\", \"vector\": [1, 2]}\n".getBytes(ISO_8859_1);
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(latin1);
    bytes.writeBytes(
        """
        not json
        {"label": "good", "vector": [1, 2], "id": 1}
        {"label": "short", "vector": [1]}
        {"label": "twice", "vector": [1, 2], "id": 1}
        {"label": "nan", "vector": [1e999, 0]}
        {"label": "zero", "vector": [0, 0.0]}
        {"label": "used", "vector": [1, 2], "id": 8}
        {"label": "caf\u00e9", "vector": [3, 4]}
        {"label": "cafe\u0301", "vector": [5, 6]}
        """
            .getBytes(UTF_8));
    Files.write(file, bytes.toByteArray());
    assertThat(GalleryJsonl.dimension(file)).hasValue(2);
    try (LocalGallery gallery = LocalGallery.inMemory(SETTINGS)) {
      gallery.add(NewEntry.of("here", new float[] {1, 1}).withId(8));
      Imported imported = GalleryJsonl.readUsable(file, gallery);
      assertThat(imported.added()).isEqualTo(3);
      assertThat(imported.problems())
          .satisfiesExactlyInAnyOrder(
              p -> assertThat(p).isEqualTo("line 1: not UTF-8 text"),
              p -> assertThat(p).startsWith("line 2: not JSON"),
              p -> assertThat(p).startsWith("line 4: the vector has 1 values, expected 2"),
              p -> assertThat(p).isEqualTo("line 5: id 1 comes twice"),
              p -> assertThat(p).startsWith("line 6: "),
              p -> assertThat(p).isEqualTo("line 7: the vector is all zeros"),
              p -> assertThat(p).isEqualTo("line 8: id 8 is in use in the gallery"));
      assertThat(imported.notes()).singleElement().asString().contains("'caf\u00e9'");
      assertThat(gallery.entries(Filter.label("caf\u00e9"))).hasSize(2);
      assertThat(gallery.vector(1)).containsExactly(1, 2);
      assertThat(gallery.info().entries()).isEqualTo(4);
    }
  }

  @Test
  void linesOfAnotherGalleryAreRefused() throws IOException {
    Path file = folder.resolve("gallery.jsonl");
    Files.writeString(
        file,
        """
        {"label": "a", "vector": [1, 2], "model": "other"}
        {"label": "b", "vector": [1, 2], "model": "model", "similarity": "l2"}
        {"label": "c", "vector": [1, 2], "similarity": "cosine"}
        {"label": "d", "vector": [1, 2], "similarity": "L2"}
        {"label": "e", "vector": [1, 2], "model": 7, "similarity": null}
        {"label": "f", "vector": [1, 2]}
        {"label": "g", "vector": [1, 2], "model": "model"}
        """);
    Origin origin = Origin.read(file);
    assertThat(origin.model()).contains("model");
    try (LocalGallery gallery = LocalGallery.inMemory(SETTINGS)) {
      Imported imported = GalleryJsonl.readUsable(file, gallery);
      assertThat(imported.problems())
          .containsExactlyInAnyOrder(
              "line 1: its vector is of the model other, not of model",
              "line 3: its vector is to be compared by cosine, not by l2",
              "line 4: similarity: unknown name 'L2', expected cosine, inner-product, l2",
              "line 5: model: expected text");
      assertThat(gallery.labels()).containsOnlyKeys("b", "f", "g");
      assertThatThrownBy(() -> GalleryJsonl.read(file, gallery)).hasMessageContaining("4 problems");
    }
  }
}
