package ai.fovea.cli.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.cli.Main;
import ai.fovea.cli.Ran;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.CalibrationSettings;
import ai.fovea.gallery.calibration.Calibrator;
import ai.fovea.gallery.calibration.GalleryScores;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of a stored calibration when images or labels change.
class ThresholdTest {
  private static final int DIMENSION = 8;

  @TempDir private Path folder;
  private final Random random = new Random(7);

  private float[] near(float[] centre) {
    float[] vector = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      vector[d] = centre[d] + 0.6f * (float) random.nextGaussian();
    }
    return vector;
  }

  private Path gallery(String name, Similarity similarity, int labels, int images) {
    Path place = folder.resolve(name);
    try (LocalGallery gallery =
        LocalGallery.create(place, new GallerySettings("m", DIMENSION, similarity))) {
      List<NewEntry> all = new ArrayList<>();
      for (int l = 0; l < labels; l++) {
        float[] centre = near(new float[DIMENSION]);
        for (int i = 0; i < images; i++) {
          all.add(NewEntry.of("label " + l, near(centre)));
        }
      }
      gallery.addAll(all);
      if (labels > 1) {
        new Calibrator().calibrateAndStore(gallery);
      }
    }
    return place;
  }

  private static Optional<Calibration> stored(Path gallery) {
    try (LocalGallery opened = LocalGallery.openReadOnly(gallery)) {
      return opened.info().calibration();
    }
  }

  private static Calibration calibrate(Path gallery, CalibrationSettings settings) {
    try (LocalGallery opened = LocalGallery.open(gallery)) {
      return new Calibrator(settings).calibrateAndStore(opened);
    }
  }

  @Test
  void isFoundAsItWasFoundBefore() {
    Path gallery = gallery("g", Similarity.COSINE, 12, 8);
    CalibrationSettings usual = CalibrationSettings.balanced();
    int id = 0;
    for (CalibrationSettings settings :
        List.of(
            usual,
            usual.withPerLabel(false),
            usual.withImages(40),
            CalibrationSettings.of(0.02).withPerLabel(false).withImages(60))) {
      calibrate(gallery, settings);
      Ran.run("gallery", "remove", gallery, "--id", id++).ends(0);
      try (LocalGallery opened = LocalGallery.openReadOnly(gallery)) {
        Calibration again = GalleryScores.measure(opened, settings).calibration(settings);
        assertThat(opened.info().calibration()).contains(again);
        assertThat(again.method().perLabel()).isEqualTo(settings.perLabel());
      }
    }
    // Asked for another rate, the rest is as before.
    CalibrationSettings other =
        new CalibrationSettings(OptionalDouble.of(0.1), false, List.of(), 60);
    Ran.run("gallery", "remove", gallery, "--id", id, "--false-accept-rate", 0.1).ends(0);
    try (LocalGallery opened = LocalGallery.openReadOnly(gallery)) {
      assertThat(opened.info().calibration())
          .contains(GalleryScores.measure(opened, other).calibration(other));
    }
  }

  @Test
  void foundWithNegativesStaysAndIsTold() {
    Path gallery = gallery("g", Similarity.COSINE, 12, 8);
    List<float[]> negatives = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      negatives.add(near(new float[DIMENSION]));
    }
    Calibration before =
        calibrate(
            gallery, CalibrationSettings.of(0.05).withPerLabel(false).withNegatives(negatives));
    assertThat(before.method().negatives()).isEqualTo(30);
    Ran removed = Ran.run("gallery", "remove", gallery, "--id", 0).ends(0);
    assertThat(stored(gallery)).contains(before);
    assertThat(removed.err().lines())
        .singleElement()
        .asString()
        .contains("30 negatives")
        .endsWith(
            "fovea gallery calibrate "
                + gallery
                + " --negatives PATH --false-accept-rate 0.05 --one-threshold");
    assertThat(Ran.run("gallery", "info", gallery).out()).contains("30 negatives");
    Ran given = Ran.run("gallery", "remove", gallery, "--id", 1, "--threshold", 0.5).ends(0);
    assertThat(given.err()).contains("without the 30 negatives").contains("--negatives PATH");
    assertThat(stored(gallery).orElseThrow().threshold()).isEqualTo(0.5f);
    assertThat(Ran.run("gallery", "remove", gallery, "--id", 2).ends(0).err()).isEmpty();
  }

  @Test
  void nothingIsStoredWhereNothingTellsOne() {
    for (Similarity similarity : List.of(Similarity.L2, Similarity.INNER_PRODUCT)) {
      Path gallery = gallery(similarity.text(), similarity, 2, 4);
      assertThat(stored(gallery)).isPresent();
      Ran ran = Ran.run("gallery", "remove", gallery, "--label", "label 1").ends(0);
      assertThat(ran.err())
          .contains("no threshold could be found")
          .contains("stored no longer")
          .contains("second label");
      assertThat(ran.out()).doesNotContain("Expected:");
      assertThat(stored(gallery)).isEmpty();
      assertThat(Ran.run("gallery", "info", gallery).ends(0).out())
          .contains("Threshold: none stored");
    }
  }

  @Test
  void anOptionHasItsEffectOrIsRefused() {
    Path gallery = gallery("g", Similarity.COSINE, 6, 4);
    List<List<Object>> unchanging =
        List.of(
            List.of("gallery", "dedupe", gallery),
            List.of("gallery", "update", gallery, 3, "--note", "shelf=7"),
            List.of("gallery", "merge", gallery, "label 1", "--into", "label 1"),
            List.of("gallery", "remove", gallery, "--id", 99));
    float threshold = 0.3f;
    for (List<Object> command : unchanging) {
      threshold += 0.0625f;
      List<Object> words = new ArrayList<>(command);
      words.addAll(List.of("--threshold", threshold));
      Ran.run(words.toArray()).ends(command.contains(99) ? 1 : 0);
      assertThat(stored(gallery).orElseThrow().threshold()).as("%s", words).isEqualTo(threshold);
      words = new ArrayList<>(command);
      words.addAll(List.of("--false-accept-rate", threshold));
      Ran.run(words.toArray()).ends(command.contains(99) ? 1 : 0);
      assertThat(stored(gallery).orElseThrow().targetFalseAcceptRate().orElseThrow())
          .as("%s", words)
          .isCloseTo(threshold, org.assertj.core.data.Offset.offset(1e-6));
    }
    Ran.run("gallery", "dedupe", gallery, "--dry-run", "--threshold", 0.5)
        .refusesWith("--dry-run and --threshold contradict");
  }

  @Test
  void staysWhereThatIsWanted() {
    Path gallery = gallery("g", Similarity.COSINE, 6, 4);
    Calibration before = stored(gallery).orElseThrow();
    for (List<Object> command :
        List.<List<Object>>of(
            List.of("gallery", "remove", gallery, "--id", 0, "--id", 1),
            List.of("gallery", "update", gallery, 3, "--label", "label 5"),
            List.of("gallery", "merge", gallery, "label 1", "--into", "label 2"))) {
      List<Object> words = new ArrayList<>(command);
      words.add("--keep-threshold");
      assertThat(Ran.run(words.toArray()).ends(0).err())
          .contains("stay as they were before this change")
          .contains("fovea gallery calibrate " + gallery);
      Calibration now = stored(gallery).orElseThrow();
      assertThat(now.threshold()).isEqualTo(before.threshold());
      assertThat(now.falseRejectRate()).isEqualTo(before.falseRejectRate());
      words.addAll(List.of("--threshold", 0.5));
      Ran.run(words.toArray()).refusesWith("--keep-threshold and --threshold contradict");
    }
  }

  @Test
  void hardLabelsAreToldByWhateverFindsAThreshold() {
    Path gallery = gallery("hard", Similarity.COSINE, 6, 20);
    try (LocalGallery opened = LocalGallery.open(gallery)) {
      for (int i = 0; i < 2 * DIMENSION; i++) {
        float[] axis = new float[DIMENSION];
        axis[i / 2] = i % 2 == 0 ? 1 : -1;
        opened.add(NewEntry.of("scattered", axis));
      }
    }
    Ran json = Ran.run("gallery", "calibrate", "--threshold", 0.5, "--json", gallery).ends(0);
    String hard = GalleryReport.hardLabels(gallery, stored(gallery).orElseThrow()).orElseThrow();
    assertThat(hard).contains("'scattered'");
    assertThat(json.json().path("warnings").valueStream().map(w -> w.asString())).contains(hard);
    assertThat(Ran.run("gallery", "calibrate", "--threshold", 0.5, gallery).ends(0).err())
        .contains("fovea: warning: " + hard);
  }

  /// The change is stored by then, the threshold is not.
  @ParameterizedTest
  @CsvSource({
    "remove, --label, label 0, removed 20 images from ",
    "merge, --into=x, label 1, 20 images got the label 'x'",
    "update, --label=x, 1, updated image 1",
  })
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "nobody is told there that a process is ended")
  void whoEndsACommandThatFindsTheThresholdIsToldWhatIsStored(
      String name, String option, String word, String did) throws Exception {
    Path gallery = gallery("gallery", Similarity.COSINE, 150, 20);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(),
                "gallery",
                name,
                "--verbose",
                gallery.toString(),
                option,
                word)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line = "";
      while (!line.contains("finding the threshold")) {
        line = Objects.requireNonNull(lines.readLine(), "the threshold is found");
      }
      process.toHandle().destroy(); // which leaves its output open
      String told = "fovea: interrupted; " + did;
      assertThat(lines.lines())
          .singleElement()
          .asString()
          .startsWith(told)
          .endsWith(
              ", but the threshold is the one from before; to find it anew: fovea gallery calibrate"
                  + " "
                  + gallery);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
    } finally {
      process.destroyForcibly();
    }
  }
}
