package ai.fovea.cli.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.Calibration.Point;
import ai.fovea.gallery.calibration.Rate;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GalleryReportTest {
  private static Calibration rejecting(Point... curve) {
    return with(0.1, 0.4, curve);
  }

  private static Calibration with(double accepted, double rejected, Point... curve) {
    return new Calibration(
        0.5f,
        Calibration.Basis.MEASURED,
        OptionalDouble.empty(),
        Optional.of(new Rate(accepted, accepted / 2, (1 + accepted) / 2, 40)),
        Optional.of(new Rate(rejected, rejected / 2, (1 + rejected) / 2, 40)),
        new TreeMap<>(),
        List.of(curve));
  }

  /// The threshold that is proposed rejects no more than the point of the curve that it comes from.
  @Test
  void theRemedyIsInTheDirectionOfTheSimilarity() {
    Calibration cosine =
        rejecting(
            new Point(0.1f, 0.9, 0), new Point(0.34567f, 0.2, 0.1), new Point(0.5f, 0.1, 0.4));
    assertThat(GalleryReport.warning(Path.of("g"), cosine, Similarity.COSINE).orElseThrow())
        .startsWith("40 % of the things that the gallery knows would be taken for unknown;")
        .contains("a lower threshold")
        .contains("--threshold 0.345, which takes 20 % of unknown things for known)");
    Calibration l2 =
        rejecting(
            new Point(0.5f, 0.1, 0.4), new Point(1234.5678f, 0.2, 0.1), new Point(5000, 0.9, 0));
    assertThat(GalleryReport.warning(Path.of("g"), l2, Similarity.L2).orElseThrow())
        .contains("a higher threshold")
        .contains("--threshold 1240, which");
    assertThat(GalleryReport.warning(Path.of("g"), rejecting(), Similarity.L2).orElseThrow())
        .doesNotContain("--threshold");
  }

  /// Both rates are told, and no threshold is proposed that makes one of them bad.
  @Test
  void aRemedyIsNotWorseThanWhatItMends() {
    Point easy = new Point(0.1f, 0.98, 0.1);
    assertThat(
            GalleryReport.warning(Path.of("g"), rejecting(easy), Similarity.COSINE).orElseThrow())
        .doesNotContain("--threshold");
    assertThat(
            GalleryReport.warning(Path.of("g"), with(0.39, 0.39, easy), Similarity.COSINE)
                .orElseThrow())
        .startsWith("known and unknown things can't be told apart: 39 % of")
        .doesNotContain("--threshold");
    Calibration open = with(1, 0.1, new Point(0.6543f, 0.1, 0.2));
    assertThat(GalleryReport.warning(Path.of("g"), open, Similarity.COSINE).orElseThrow())
        .startsWith("100 % of the things that the gallery does not know would be taken for known;")
        .contains("a higher threshold")
        .contains("--threshold 0.655, which takes 20 % of known things for unknown)");
    assertThat(GalleryReport.warning(Path.of("g"), with(0.2, 0.2), Similarity.COSINE)).isEmpty();
  }

  @Test
  void labelsAreToldThatAreRejectedMoreOftenThanTheOthersBeyondChance() {
    var labels = new TreeMap<String, Calibration.Label>();
    labels.put("bad", label(new Rate(0.6, 0.5, 0.7, 50)));
    labels.put("worse", label(new Rate(0.8, 0.6, 0.9, 20)));
    labels.put("few", label(new Rate(0.5, 0.05, 0.95, 2)));
    labels.put("good", label(new Rate(0.1, 0.05, 0.2, 50)));
    labels.put("one", new Calibration.Label(0.5f, Optional.empty(), 0));
    Calibration measured =
        new Calibration(
            0.5f,
            Calibration.Basis.MEASURED,
            OptionalDouble.empty(),
            Optional.of(new Rate(0.1, 0.05, 0.2, 90)),
            Optional.of(new Rate(0.1, 0.05, 0.2, 90)),
            labels,
            List.of());
    assertThat(GalleryReport.hardLabels(Path.of("g"), measured).orElseThrow())
        .startsWith("many things of 2 labels would be taken for unknown: 'worse' (80 %), 'bad'")
        .contains("fovea gallery calibrate g --dry-run --json");
    assertThat(GalleryReport.hardLabels(Path.of("g"), rejecting())).isEmpty();
  }

  private static Calibration.Label label(Rate rejected) {
    return new Calibration.Label(0.5f, Optional.of(rejected), 0);
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 0.5000",
    "0, 0.0000",
    "-0.25, -0.2500",
    "0.00001234, 1.2340e-05",
    "812.5, 812.5000"
  })
  void scoresOfAnySizeCanBeRead(double score, String text) {
    assertThat(GalleryReport.score(score, 4)).isEqualTo(text);
  }

  @Test
  void whatHasNoUsualThresholdIsNotSaidToUseIt() {
    try (LocalGallery gallery = LocalGallery.inMemory(new GallerySettings("m", 1, Similarity.L2))) {
      gallery.add(NewEntry.of("mug", new float[] {1}));
      gallery.add(NewEntry.of("mug", new float[] {2}));
      assertThat(GalleryReport.threshold(gallery.info()))
          .singleElement()
          .asString()
          .contains("l2 has no usual one");
    }
  }
}
