package ai.fovea.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.decision.Decider;
import ai.fovea.gallery.decision.Decision;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GalleryJsonTest {

  @Test
  void galleriesAndDecisionsInJson() throws IOException {
    try (LocalGallery gallery =
        LocalGallery.inMemory(new GallerySettings("m\"1", 2, Similarity.L2))) {
      gallery.add(
          NewEntry.of("größe", new float[] {1, 0.5f})
              .withSource("a\\b.jpg")
              .withAttribute("k", "v"));
      gallery.add(NewEntry.of("b", new float[] {0, 0}));
      gallery.setCalibration(Calibration.given(2));
      assertThat(GalleryJson.info(gallery.info()).toString())
          .startsWith(
              "{\"format\":2,\"model\":\"m\\\"1\",\"dimension\":2,\"similarity\":\"l2\",\"index\":\"HNSW32\",\"durability\":\"each-change\",\"entries\":2,\"labels\":2,\"created\":\"20")
          .endsWith(
              "\"calibration\":{\"threshold\":2.0,\"basis\":\"given\",\"between_scores\":0,\"within_scores\":0,\"negatives\":0}}");
      StringBuilder lines = new StringBuilder();
      GalleryJson.writeEntries(gallery, lines, true);
      assertThat(lines.toString().lines())
          .containsExactly(
              "{\"id\":0,\"label\":\"größe\",\"source\":\"a\\\\b.jpg\",\"attributes\":{\"k\":\"v\"},\"vector\":[1.0,0.5]}",
              "{\"id\":1,\"label\":\"b\",\"vector\":[0.0,0.0]}");
      assertThat(GalleryJson.decision(new Decider(gallery).decide(new float[] {0, 0})).toString())
          .startsWith(
              "{\"label\":\"b\",\"probable\":null,\"score\":0.0,\"threshold\":2.0,\"share\":0.")
          .contains("\"candidates\":[{\"id\":1,\"label\":\"b\",\"score\":0.0},{\"id\":0,");
      assertThat(
              GalleryJson.decision(new Decider(gallery).decide(new float[] {9, 9}))
                  .get("label")
                  .isNull())
          .isTrue();
    }
  }

  @Test
  void numbersThatAreNotFiniteAreNullNeverTexts() {
    for (double bad :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      var entry = new Entry(7, "mug", Optional.empty(), Map.of());
      var decision =
          new Decision(
              Optional.of("mug"),
              Optional.empty(),
              (float) bad,
              bad,
              bad,
              List.of(new Candidate(entry, (float) bad)));
      String json = GalleryJson.decision(decision).toString();
      assertThat(json)
          .contains("\"score\":null,\"threshold\":null,\"share\":null,\"margin\":null")
          .contains("\"id\":7,\"label\":\"mug\",\"score\":null")
          .doesNotContain("NaN", "Infinity");
    }
  }
}
