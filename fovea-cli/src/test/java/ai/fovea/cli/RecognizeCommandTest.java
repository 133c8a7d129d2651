package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.cli.text.UndrawnLabels;
import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class RecognizeCommandTest {
  private static final List<String> DAMAGED =
      List.of(
          "empty.jpg",
          "text.jpg",
          "html.png",
          "truncated.png",
          "truncated_head.jpg",
          "truncated_half.jpg",
          "bomb_60000x60000.png");

  @TempDir Path folder;
  private Path model;
  private Path gallery;
  private Path flag;
  private Path chequers;

  @BeforeEach
  void gallery() throws IOException {
    model = Tiny.embedder(folder.resolve("model"));
    gallery = folder.resolve("gallery");
    for (int i = 0; i < 3; i++) {
      Tiny.flag(folder.resolve("photos/flag/" + i + ".png"), i);
      Tiny.door(folder.resolve("photos/door/" + i + ".png"), i);
    }
    flag = Tiny.flag(folder.resolve("queries/flag.jpg"), 7);
    chequers = Tiny.chequers(folder.resolve("queries/旗 chequers.png"), 8);
    Path photos = folder.resolve("photos");
    Ran.run("gallery", "build", "--threshold", 0.8, "--model", model, gallery, photos).ends(0);
  }

  @Test
  void aConfigurationStandsForOptions() throws IOException {
    Path config = folder.resolve("inference_general.yaml");
    Files.writeString(
        config,
        """
        Global:
          infer_imgs: "%s"
          rec_inference_model_dir: "%s"
          use_gpu: True
        IndexProcess:
          index_dir: "%s"
          return_k: 2
          score_thres: 0.8
        """
            .formatted(flag, model, gallery));
    Ran ran = Ran.run("recognize", "--json", "-c", config).ends(0);
    assertThat(ran.json().at("/images/0/label").asString()).isEqualTo("flag");
    assertThat(ran.json().at("/images/0/candidates")).hasSize(2);
    Ran other =
        Ran.run(
                "recognize",
                "--json",
                "-c",
                config,
                "-o",
                "Global.infer_imgs=" + chequers,
                "-o",
                "IndexProcess.return_k=1")
            .ends(0);
    assertThat(other.json().at("/images/0/unknown").asBoolean()).isTrue();
    assertThat(other.json().at("/images/0/candidates")).hasSize(1);
    Ran.run("recognize", "-o", "Global.infer_imgs=x", flag).ends(2);
    Ran.run("recognize", "-c", config, "-o", "IndexProcess.return_k=many")
        .refusesWith("IndexProcess.return_k");
    Path classifier = Tiny.classifier(folder.resolve("classifier"));
    Ran top =
        Ran.run(
                "predict",
                "--json",
                "-c",
                config,
                "-o",
                "Global.inference_model_dir=" + classifier,
                "-o",
                "PostProcess.Topk.topk=1")
            .ends(0);
    assertThat(top.json().at("/images/0/classes")).hasSize(1);
  }

  @Test
  void whatAConfigurationAsksForAndIsNotThereIsTold() throws IOException {
    Path config = folder.resolve("inference_general.yaml");
    Files.writeString(
        config,
        """
        Global:
          infer_imgs: "%s"
          det_inference_model_dir: "./models/picodet"
          rec_inference_model_dir: "%s"
          use_gpu: True
          enable_mkldnn: True
          max_det_results: 5
        DetPreProcess:
          transform_ops:
            - DetPermute: {}
        IndexProcess:
          index_dir: "%s"
        """
            .formatted(flag, model, gallery));
    Ran.run("recognize", "-c", config)
        .failsWith("detectors are not supported yet")
        .failsWith("--whole-image");
    Ran whole = Ran.run("recognize", "--whole-image", "-c", config).ends(0);
    assertThat(whole.err())
        .contains("no usable device 'gpu': the CPU is used")
        .contains(
            "without effect here: Global.enable_mkldnn, Global.max_det_results, DetPreProcess");
    // Nor is the embedded model taken where the configuration names a detector alone.
    Path detector = folder.resolve("inference_det.yaml");
    Files.writeString(
        detector, Files.readString(config).replaceAll("(?m)^  rec_inference_model_dir.*\\n", ""));
    Ran.run("predict", "-c", detector).failsWith("detectors are not supported yet");

    Ran.run("recognize", "--whole-image", "-c", config, "-o", "IndexProcess.retrun_k=1")
        .refusesWith(
            "-o IndexProcess.retrun_k: nothing reads this key; do you mean IndexProcess.return_k?");
    Ran.run("predict", "-c", config, "-o", "Global.infer_img=x")
        .refusesWith("do you mean Global.infer_imgs?");
    // Keys of the other commands may stand in a command line that all share.
    Ran.run("recognize", "--whole-image", "-c", config, "-o", "IndexProcess.index_method=Flat")
        .ends(0);
  }

  @Test
  void knownAndUnknown() {
    Ran ran =
        Ran.run("recognize", "--json", "--model", model, "-g", gallery, folder.resolve("queries"))
            .ends(0);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.json().at("/images/0/label").asString()).isEqualTo("flag");
    assertThat(ran.json().at("/images/0/candidates")).hasSize(5);
    assertThat(ran.json().at("/images/1/unknown").asBoolean()).isTrue();
    assertThat(ran.json().at("/images/1/image").asString()).isEqualTo(chequers.toString());
    assertThat(ran.out().chars()).allMatch(c -> c < 128);
    Ran text = Ran.run("recognize", "--model", model, "-g", gallery, flag, chequers).ends(0);
    assertThat(text.out()).contains("flag").contains("(unknown)").contains("旗");
    Ran easy = Ran.run("recognize", "--threshold", -1, "--model", model, "-g", gallery, chequers);
    assertThat(easy.ends(0).out()).doesNotContain("(unknown)");
  }

  @Test
  void aFilterLeavesOutTheRestOfTheGallery() {
    Object[] recognize = {
      "recognize", "--json", "--model", model, "-g", gallery, "--filter", "everything", flag
    };
    assertThat(Ran.run(recognize).ends(0).json().at("/images/0/label").asString())
        .isEqualTo("flag");
    recognize[7] = "not label = flag";
    var without = Ran.run(recognize).ends(0).json().at("/images/0");
    assertThat(without.get("label").isNull()).isTrue();
    assertThat(without.get("candidates").size()).isPositive();
    assertThat(without.get("candidates").valueStream())
        .noneMatch(candidate -> candidate.get("label").asString().equals("flag"));
    recognize[7] = "label = Flag or label in (door, dorr)";
    assertThat(Ran.run(recognize).ends(0).json().get("warnings").size()).isZero();
    recognize[7] = "label = Flag and not attribute shelf";
    assertThat(Ran.run(recognize).ends(0).json().get("warnings").toString())
        .contains("accepts none of ")
        .contains("no image has the label 'Flag'; do you mean 'flag'?");
    recognize[7] = "attribute shelf = 7";
    assertThat(Ran.run(recognize).ends(0).json().get("warnings").toString())
        .contains("the filter 'attribute shelf = 7' accepts none of ");
    recognize[7] = "label = 'flag'";
    Ran.run(recognize).refusesWith("--filter: filter 'label = 'flag'': expected a label");
  }

  @Test
  void drawings() throws IOException {
    Path same = Tiny.door(folder.resolve("elsewhere/flag.png"), 3);
    Path drawn = folder.resolve("drawn");
    Ran.run("recognize", "--model", model, "-g", gallery, "--draw", drawn, flag, same, chequers)
        .ends(0);
    assertThat(drawn.toFile().list())
        .containsExactlyInAnyOrder("flag.jpg", "flag-2.jpg", "旗 chequers.jpg");
  }

  @Test
  void labelsThatNoFontHasAreDrawnAsNumbersWithAKey() throws IOException {
    String label = "\uF8F3\uF8F4"; // private use: no font has it
    Ran.run("gallery", "rename", gallery, "flag", label).ends(0);
    Path drawn = folder.resolve("drawn");
    Path same = Tiny.flag(folder.resolve("elsewhere/flag.png"), 3);
    Ran ran =
        Ran.run("recognize", "--model", model, "-g", gallery, "--draw", drawn, flag, same).ends(0);
    assertThat(ran.err().lines())
        .singleElement()
        .asString()
        .startsWith("fovea: note: no installed font has all characters of 1 label, drawn as a")
        .contains("number: [1] " + label + "; install fonts of the script and draw again");
    assertThat(drawn.toFile().list()).hasSize(2);
  }

  @Test
  void theKeyOfUndrawnLabelsNamesFonts() {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (String label : List.of("マグカップ", "mug 🍵", "नमस्ते")) {
      numbers.put(label, numbers.size() + 1);
    }
    assertThat(UndrawnLabels.note(numbers).orElseThrow())
        .contains("3 labels, drawn as numbers: [1] マグカップ, [2] mug 🍵, [3] नमस्ते; ")
        .contains("apt install fonts-noto-cjk fonts-noto-core fonts-symbola)");
    for (int i = 4; i <= 30; i++) {
      numbers.put("杯 " + i, i);
    }
    assertThat(UndrawnLabels.note(numbers).orElseThrow()).contains("[20] 杯 20 and 10 more");
    assertThat(UndrawnLabels.note(Map.of())).isEmpty();
  }

  @Test
  void drawingsNeverReplaceWhatWasAsked() throws IOException {
    Path photo = Tiny.flag(folder.resolve("asked/flag.jpg"), 3);
    byte[] before = Files.readAllBytes(photo);
    Ran.run("recognize", "--model", model, "-g", gallery, "--draw", photo.getParent(), photo)
        .failsWith("--draw would put the drawing in the place of this image");
    assertThat(photo).hasBinaryContent(before);
    assertThat(photo.getParent().toFile().list()).containsExactly("flag.jpg");
  }

  @Test
  void badImagesDoNotStopTheOthers() throws IOException {
    Path bad = folder.resolve("queries/bad.jpg");
    Files.writeString(bad, "no image");
    Ran ran = Ran.run("recognize", "--json", "--model", model, "-g", gallery, bad, flag).ends(1);
    assertThat(ran.json().path("images")).hasSize(1);
    assertThat(ran.json().path("problems")).hasSize(1);
    assertThat(ran.err()).contains("bad.jpg");
    Ran.run("recognize", "--model", model, "-g", gallery, folder.resolve("gone.jpg"))
        .failsWith("no such file");
    Ran.run("recognize", "--model", model, "-g", folder.resolve("gone"), flag).failsWith("gone");
  }

  @Test
  void damagedImagesOfTheGoldenData() {
    Path images = Shared.path("golden/data/images");
    for (String name : DAMAGED) {
      for (Object[] command :
          new Object[][] {
            {"recognize", "--json", "--model", model, "-g", gallery, images.resolve(name), flag},
            {"predict", "--json", "--model", model, images.resolve(name), flag}
          }) {
        Ran ran = Ran.run(command).ends(1);
        assertThat(ran.json().path("images")).describedAs(name).hasSize(1);
        assertThat(ran.err().lines()).singleElement().asString().contains(name);
      }
    }
  }

  @Test
  void predictions() throws IOException {
    Ran features = Ran.run("predict", "--json", "--model", model, flag).ends(0);
    assertThat(features.json().at("/images/0/features")).hasSize(192);
    Path colours = Tiny.classifier(folder.resolve("colours"));
    Path door = Tiny.door(folder.resolve("door.png"), 1);
    Ran classes = Ran.run("predict", "--json", "--model", colours, door).ends(0);
    assertThat(classes.json().at("/images/0/classes")).hasSize(2);
    assertThat(classes.json().at("/images/0/classes/0/label").asString()).isEqualTo("green");
    assertThat(Ran.run("predict", "--topk", 1, "--model", colours, door).ends(0).out())
        .contains("green")
        .doesNotContain("red");
    Ran.run("predict", "--topk", 1, "--model", model, door).refusesWith("--topk");
    Ran.run("gallery", "build", "--model", colours, folder.resolve("g"), folder.resolve("photos"))
        .failsWith("a classifier");
  }
}
