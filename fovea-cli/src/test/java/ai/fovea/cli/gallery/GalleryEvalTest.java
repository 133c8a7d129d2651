package ai.fovea.cli.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.cli.Ran;
import ai.fovea.cli.Tiny;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class GalleryEvalTest {
  @TempDir Path folder;
  private Path model;
  private Path gallery;
  private Path queries;

  @BeforeEach
  void images() throws IOException {
    model = Tiny.embedder(folder.resolve("model"));
    gallery = folder.resolve("gallery");
    queries = folder.resolve("queries");
    Path photos = folder.resolve("photos");
    for (int i = 0; i < 3; i++) {
      Tiny.flag(photos.resolve("flag/" + i + ".png"), i);
      Tiny.door(photos.resolve("door/" + i + ".png"), i);
      Tiny.flag(queries.resolve("flag/" + i + ".png"), 10 + i);
      Tiny.door(queries.resolve("<b>no door/" + i + ".png"), 10 + i);
      Tiny.chequers(queries.resolve("chequers/" + i + ".png"), 10 + i);
    }
    Ran.run("gallery", "build", "--model", model, "--threshold", 0.8, gallery, photos).ends(0);
  }

  @Test
  void figuresAndReport() throws IOException {
    Path report = folder.resolve("report.html");
    Ran ran =
        Ran.run(
            "gallery", "eval", "--model", model, gallery, "--queries", queries, "--report", report);
    assertThat(ran.ends(0).out())
        .contains("9 queries: 3 of labels that the gallery has, 6 of others")
        .contains("taken for known: 50 % (")
        .contains("The gallery lacks '<b>no door', 'chequers'.")
        .containsPattern("recall@1 +100.00 %")
        .contains("<b>no door (not in the gallery)");
    String html = Files.readString(report);
    assertThat(html)
        .contains("data:image/jpeg;base64,")
        .contains("&lt;b&gt;no door")
        .doesNotContain("<b>no door", "http://www.w3.org/TR", "<script", "src=\"http");
  }

  @Test
  void labelsThatAreLeftOutAreCounted() throws IOException {
    for (int i = 0; i < 15; i++) {
      Tiny.flag(queries.resolve("other " + i + "/0.png"), 30 + i);
    }
    String out =
        Ran.run("gallery", "eval", "--model", model, gallery, "--queries", queries).ends(0).out();
    assertThat(out)
        .containsPattern(
            "… and \\d+ more labels with wrong answers; all of them: --json or --report")
        .containsPattern("… and \\d+ more pairs; all of them: ")
        .containsPattern("The other (label was|\\d+ labels were) answered right\\.");
  }

  @Test
  void forOtherPrograms() {
    var json =
        Ran.run("gallery", "eval", "--json", "--model", model, gallery, "--queries", queries)
            .ends(0)
            .json();
    assertThat(json.path("known").asInt()).isEqualTo(3);
    assertThat(json.path("labels_not_in_gallery").toString()).contains("chequers", "no door");
    assertThat(json.at("/false_accepts/value").asDouble()).isEqualTo(0.5);
    assertThat(json.path("answers")).hasSize(9);
    assertThat(json.at("/answers/0/kind").asString()).isNotEmpty();
  }

  @Test
  void theOnlyImageOfALabelIsNotCountedAsKnown() throws IOException {
    Path alone = Tiny.chequers(folder.resolve("photos/alone/0.png"), 5);
    Ran.run("gallery", "add", "--model", model, gallery, "--label", "alone", alone).ends(0);
    Object[] eval = {
      "gallery", "eval", "--model", model, gallery, "--queries", folder.resolve("photos")
    };
    assertThat(Ran.run(eval).ends(0).out())
        .contains("7 queries: 6 of labels that the gallery has, 1 of others")
        .contains("1 of the others is the only image of its label")
        .doesNotContain("The gallery lacks")
        .containsPattern("recall@1 +100.00 %");
  }

  @Test
  void calibrating() throws IOException {
    Path plot = folder.resolve("plot.svg");
    Path negatives = folder.resolve("negatives");
    for (int i = 0; i < 3; i++) {
      Tiny.chequers(negatives.resolve(i + ".png"), i);
    }
    Ran ran =
        Ran.run(
            "gallery",
            "calibrate",
            "--json",
            "--model",
            model,
            gallery,
            "--negatives",
            negatives,
            "--plot",
            plot);
    assertThat(ran.ends(0).json().at("/calibration/between_scores").asInt()).isEqualTo(9);
    assertThat(Files.readString(plot)).startsWith("<svg");
    String out = Ran.run("gallery", "calibrate", "--dry-run", gallery).ends(0).out();
    assertThat(out).contains("Not stored").contains("6 scores of unknown and 6 of known");
    assertThat(Ran.run("gallery", "info", gallery).out()).contains("few images");
    Ran.run("gallery", "calibrate", gallery, "--plot", "x.gif").ends(2);
    Ran.run("gallery", "calibrate", gallery, "--false-accept-rate", 2).ends(2);
  }

  @Test
  void sharesOfNothingAreNotToldAsZero() {
    Path unknown = queries.resolve("chequers");
    Ran ran =
        Ran.run(
            "gallery", "eval", "--model", model, gallery, "--queries", listOf(unknown, "chequers"));
    assertThat(ran.ends(0).out())
        .contains("No query has a label of the gallery")
        .doesNotContain("recall@1", "mAP");
    var json =
        Ran.run(
                "gallery",
                "eval",
                "--json",
                "--model",
                model,
                gallery,
                "--queries",
                listOf(unknown, "chequers"))
            .ends(0)
            .json();
    assertThat(json.has("recall@1")).isFalse();
    assertThat(json.has("false_accepts")).isTrue();
  }

  @Test
  void aThresholdIsSetAndItsRatesTold() {
    String out = Ran.run("gallery", "calibrate", "--threshold", 0.7, gallery).ends(0).out();
    assertThat(out)
        .contains("Threshold 0.7000 (given)")
        .containsPattern("Expected: false accepts [\\d.]+ % \\(.*\\), false rejects [\\d.]+ % \\(");
    assertThat(Ran.run("gallery", "info", gallery).out()).contains("Threshold 0.7000 (given)");
    Ran.run("gallery", "calibrate", "--threshold", 0.7, "--false-accept-rate", 0.1, gallery)
        .ends(2);
  }

  /// The rates that are told are those of the images that are there; a threshold that was given stays.
  @Test
  void whateverChangesAGalleryMeasuresItAnew() throws IOException {
    Path third = folder.resolve("third");
    for (int i = 0; i < 3; i++) {
      Tiny.chequers(third.resolve("chequers/" + i + ".png"), i);
    }
    Ran.run("gallery", "add", "--model", model, gallery, third).ends(0);
    assertThat(measured()).isEqualTo(9);
    Ran.run("gallery", "remove", gallery, "--id", 0).ends(0);
    assertThat(measured()).isEqualTo(8);
    Ran.run("gallery", "update", "--model", model, gallery, 1, "--label", "alone").ends(0);
    // Nothing can be said of two labels with one image each.
    assertThat(measured()).isEqualTo(6);
    Ran.run("gallery", "update", gallery, 1, "--note", "place=cellar").ends(0);
    Ran.run("gallery", "dedupe", gallery, "--score", -1).ends(1);
    assertThat(measured()).isEqualTo(0);
    Ran.run("gallery", "remove", gallery, "--label", "chequers", "--threshold", 0.6).ends(0);
    assertThat(Ran.run("gallery", "info", gallery).ends(0).out())
        .contains("Threshold 0.6000 (given)");
  }

  private int measured() {
    var calibration = Ran.run("gallery", "info", "--json", gallery).ends(0).json().at("/info");
    assertThat(calibration.at("/calibration/threshold").floatValue()).isEqualTo(0.8f);
    return calibration.at("/calibration/within_scores").asInt();
  }

  @Test
  void theThresholdIsToldOnlyWhereItChanged() {
    assertThat(Ran.run("gallery", "verify", gallery).ends(0).out()).doesNotContain("Threshold");
    Path doors = folder.resolve("photos/door");
    assertThat(Ran.run("gallery", "add", "--model", model, gallery, "--label", "more", doors).out())
        .doesNotContain("Threshold");
  }

  @Test
  void oneImageUnderTwoLabelsIsReportedAndDoesNotCount() throws IOException {
    Path photos = folder.resolve("conflict");
    for (int i = 0; i < 3; i++) {
      Tiny.flag(photos.resolve("flag/" + i + ".png"), i);
      Tiny.door(photos.resolve("door/" + i + ".png"), i);
    }
    Files.copy(photos.resolve("door/0.png"), photos.resolve("flag/again.png"));
    Path second = folder.resolve("conflicting");
    Ran.run("gallery", "build", "--model", model, second, photos);
    Ran ran = Ran.run("gallery", "calibrate", second);
    assertThat(ran.ends(1).err())
        .contains("the same image has two labels: 'door' (id 0,")
        .contains("'flag' (id ");
    // Twice under one label is no fault, but told.
    Path copy = Files.copy(photos.resolve("door/0.png"), folder.resolve("copy.png"));
    Path third = folder.resolve("copied");
    Ran.run("gallery", "build", "--model", model, third, photos.resolve("door"), "--label", "door")
        .ends(0);
    Ran.run("gallery", "add", "--model", model, third, "--label", "door", copy).ends(0);
    Ran told = Ran.run("gallery", "calibrate", "--json", third).ends(0);
    assertThat(told.json().path("notes").toString()).contains("one image 2 times: 'door'");
    assertThat(told.err()).contains("note: one image 2 times");
    Ran allowed = Ran.run("gallery", "calibrate", "--json", "--allow-duplicates", second);
    assertThat(allowed.ends(0).json().at("/calibration/threshold").asDouble()).isLessThan(0.99);
  }

  private Path listOf(Path images, String label) {
    Path list = folder.resolve("queries.txt");
    try (var files = Files.list(images)) {
      Files.writeString(
          list, files.map(f -> f + "\t" + label + "\n").sorted().collect(Collectors.joining()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return list;
  }

  @Test
  void wrongUsage() throws IOException {
    Ran.run("gallery", "eval", gallery).ends(2);
    Ran.run("gallery", "eval", gallery, "--queries", queries, "-k", 0).ends(2);
    Path list = folder.resolve("list.txt");
    Files.writeString(list, "nothing.png\tflag\n");
    Ran none = Ran.run("gallery", "eval", "--model", model, gallery, "--queries", list).ends(1);
    assertThat(none.err()).contains("none of the queries can be used");
  }
}
