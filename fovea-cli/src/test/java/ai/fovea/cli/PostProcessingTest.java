package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostProcessingTest {
  @TempDir private Path folder;
  private Path names;
  private Path door;
  private Path config;

  @BeforeEach
  void files() throws IOException {
    names = Files.writeString(folder.resolve("names.txt"), "2 Blau\n1 dark green\n0 Rot\n");
    door = Tiny.door(folder.resolve("a/door.png"), 1);
    config = folder.resolve("inference_cls.yaml");
    Files.writeString(
        config,
        """
        Global: {infer_imgs: "%s", inference_model_dir: "%s"}
        PostProcess:
          main_indicator: Topk
          Topk: {topk: 3, class_id_map_file: "%s"}
          SavePreLabel: {save_dir: "%s"}
        """
            .formatted(
                door, Tiny.classifier(folder.resolve("m")), names, folder.resolve("pre_label")));
  }

  private Ran predict(String... options) {
    List<Object> words = new java.util.ArrayList<>(List.of("predict", "--json", "-c", config));
    for (String option : options) {
      words.addAll(List.of("-o", option));
    }
    return Ran.run(words.toArray());
  }

  @Test
  void classesHaveTheNamesOfTheMapAndImagesAreSortedByThem() throws IOException {
    Path same = Tiny.door(folder.resolve("b/door.png"), 2);
    Ran ran = predict("Global.infer_imgs=['" + door + "','" + same + "']").ends(0);
    var classes = ran.json().at("/images/0/classes");
    assertThat(classes).hasSize(3);
    assertThat(classes.at("/0/id").asInt()).isEqualTo(1);
    assertThat(classes.at("/0/label").asString()).isEqualTo("dark green");
    assertThat(ran.json().at("/images/0/copy").asString())
        .isEqualTo(folder.resolve("pre_label/1/door.png").toString());
    assertThat(folder.resolve("pre_label/1/door.png")).hasSameBinaryContentAs(door);
    assertThat(folder.resolve("pre_label/1/door-2.png")).hasSameBinaryContentAs(same);
    assertThat(Ran.run("predict", "-c", config).ends(0).out())
        .contains("dark green")
        .doesNotContain("without effect");
    assertThat(folder.resolve("pre_label/1").toFile().list()).hasSize(2);
  }

  @Test
  void aCopyOfStandardInputHasTheEndingOfItsFormat() throws IOException {
    var out = new StringWriter();
    var err = new StringWriter();
    int status;
    try (InputStream in = Files.newInputStream(door)) {
      status =
          Main.run(
              in,
              new PrintWriter(out),
              new PrintWriter(err),
              "predict",
              "-c",
              config.toString(),
              "-");
    }
    assertThat(status).as(err.toString()).isZero();
    assertThat(folder.resolve("pre_label/1/standard-input.png")).hasSameBinaryContentAs(door);
  }

  @Test
  void copiesLieApartFromTheImages() throws IOException {
    Path data = folder.resolve("data");
    Path first = Tiny.door(data.resolve("0/x.png"), 1);
    Path second = Tiny.flag(data.resolve("1/x.png"), 2);
    List<byte[]> before = List.of(Files.readAllBytes(first), Files.readAllBytes(second));
    Path link = Files.createSymbolicLink(folder.resolve("link"), data);
    for (Path place :
        List.of(
            data,
            data.resolve("sorted"),
            folder,
            link.resolve("sorted"),
            data.resolve("../data/./sorted"))) {
      for (String images : List.of(data.toString(), data.resolve("?/x.png").toString())) {
        if (images.endsWith("x.png") && place.endsWith("sorted")) {
          continue; // the pattern names no copies
        }
        Ran ran =
            predict("Global.infer_imgs=" + images, "PostProcess.SavePreLabel.save_dir=" + place)
                .ends(2);
        assertThat(ran.json().at("/error/problems/0").asString())
            .startsWith("PostProcess.SavePreLabel.save_dir: " + place + " ")
            .contains("elsewhere");
      }
    }
    assertThat(List.of(Files.readAllBytes(first), Files.readAllBytes(second)))
        .usingRecursiveComparison()
        .isEqualTo(before);
    assertThat(data.toFile().list()).containsExactlyInAnyOrder("0", "1");
    predict("PostProcess.SavePreLabel.save_dir=")
        .refusesWith("PostProcess.SavePreLabel.save_dir: names no folder");
  }

  @Test
  void noFileIsReplacedByACopy() throws IOException {
    Path taken = folder.resolve("pre_label/1/door.png");
    Files.createDirectories(taken.getParent());
    Files.writeString(taken, "somebody's");
    Path lost = folder.resolve("pre_label/1/door-2.png");
    Files.createSymbolicLink(lost, folder.resolve("nowhere"));
    for (int run = 0; run < 2; run++) {
      assertThat(predict().ends(0).json().at("/images/0/copy").asString()).endsWith("door-3.png");
    }
    assertThat(taken).hasContent("somebody's");
    assertThat(folder.resolve("nowhere")).doesNotExist();
    assertThat(folder.resolve("pre_label/1/door-3.png")).hasSameBinaryContentAs(door);
    assertThat(taken.getParent().toFile().list()).hasSize(3);
  }

  @Test
  void aFailedCopyTakesNothingFromTheResult() throws IOException {
    Files.createDirectories(folder.resolve("pre_label"));
    Files.writeString(folder.resolve("pre_label/1"), "a file where a folder belongs");
    Ran ran = predict().ends(1);
    assertThat(ran.json().at("/images/0/classes/0/id").asInt()).isEqualTo(1);
    assertThat(ran.json().at("/images/0/copy").isMissingNode()).isTrue();
    assertThat(ran.json().at("/problems/0").asString()).contains("pre_label");
  }

  @Test
  void aDelimiterAndAListOfLabels() throws IOException {
    Files.writeString(names, "0,Rot\n1,dark, green\n");
    assertThat(
            predict("PostProcess.Topk.delimiter=','")
                .ends(0)
                .json()
                .at("/images/0/classes/0/label")
                .asString())
        .isEqualTo("dark, green");
    assertThat(
            predict("PostProcess.Topk.label_list=['r','g','b']")
                .ends(0)
                .json()
                .at("/images/0/classes/0/label")
                .asString())
        .isEqualTo("g");
  }

  /// The model has three classes.
  @Test
  void namesBelongToTheClassesOfTheModel() throws IOException {
    String key = "PostProcess.Topk.class_id_map_file: " + names;
    Files.writeString(names, "0 Rot\n999 Blau\n");
    predict().failsWith(key + ": has names for classes up to number 999, but the model has 3");
    predict("PostProcess.Topk.label_list=['a','b','c','d']")
        .failsWith(
            "PostProcess.Topk.label_list: has names for classes up to number 3, but the model has"
                + " 3");
    assertThat(predict("PostProcess.Topk.label_list=['a','b']").ends(0).err())
        .contains("label_list: has names for 2 of the model's 3 classes");
    Files.writeString(names, "0 Rot\n");
    assertThat(predict().ends(0).err()).contains(key + ": has names for 1 of the model's 3");
    Files.writeString(names, "");
    predict().failsWith(names + ": names no class");
    Files.writeString(names, "0 Rot\n1 Green\n2 Blau\n");
    assertThat(predict().ends(0).err()).isEmpty();
    // A model folder's own names are those that it was written with.
    Path own = folder.resolve("m/inference.yml");
    Files.writeString(own, Files.readString(own).replaceFirst("(?m)^( *)- blue$", "$0\n$1- pink"));
    assertThat(predict("PostProcess.Topk.class_id_map_file=None").ends(0).err())
        .contains("up to number 3, but the model has 3 classes");
  }

  @Test
  void everyWrongLineOfTheMapIsTold() throws IOException {
    Files.writeString(names, "0 Rot\nGreen\n0 Red\n1\n");
    assertThat(predict().ends(1).json().at("/error/problems"))
        .satisfiesExactly(
            p -> assertThat(p.asString()).contains(names + ":2: ").contains("'Green'"),
            p -> assertThat(p.asString()).contains(names + ":3: class 0 has a name already, 'Rot'"),
            p -> assertThat(p.asString()).contains(names + ":4: "));
    Files.delete(names);
    Ran without = predict().ends(0);
    assertThat(without.err()).contains("class_id_map_file: " + names + ": no such file");
    assertThat(without.json().at("/images/0/classes/0/label").asString()).isEqualTo("green");
  }

  @Test
  void whatIsNotSupportedIsRefusedByName() {
    for (String kind :
        List.of(
            "ThreshOutput",
            "MultiLabelThreshOutput",
            "PersonAttribute",
            "VehicleAttribute",
            "TableAttribute",
            "ScoreOutput",
            "Binarize")) {
      predict("PostProcess." + kind + ".threshold=0.5")
          .refusesWith("PostProcess." + kind + ": " + kind + " is not supported");
    }
    predict("PostProcess.Topk.topk=0", "PostProcess.SavePreLabel.save_dir=" + names)
        .refusesWith("PostProcess.Topk.topk: is 0, must be 1 or more");
    predict("PostProcess.SavePreLabel.save_dir=" + names + "/in")
        .refusesWith("PostProcess.SavePreLabel.save_dir: ");
  }

  @Test
  void misspeltKeysAreRefusedAsOptionsAndToldFromFiles() throws IOException {
    predict("PostProcess.Topk.tpok=1")
        .refusesWith(
            "-o PostProcess.Topk.tpok: nothing reads this key; do you mean PostProcess.Topk.topk?");
    predict("PostProcess.SavePreLabel.sav_dir=x")
        .refusesWith("do you mean PostProcess.SavePreLabel.save_dir?");
    predict("PreProcess.transform_opss=x").refusesWith("-o PreProcess.transform_opss: ");
    Ran.run("recognize", "-g", folder, "-c", config, "-o", "PostProcess.Topk.tpok=1")
        .refusesWith("-o PostProcess.Topk.tpok: nothing reads this key");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("topk: 3", "topk: 3, tpok: 1")
            .replace("save_dir: ", "sav_dir: x, save_dir: "));
    assertThat(Ran.run("predict", "-c", config).ends(0).err())
        .contains("without effect here: PostProcess.Topk.tpok, PostProcess.SavePreLabel.sav_dir\n");
  }

  @Test
  void allThatIsWrongIsToldAtOnce() throws IOException {
    Files.writeString(names, "0 Rot\nGreen\n");
    Ran ran =
        predict(
            "Global.inference_model_dir=" + folder.resolve("none"),
            "Global.infer_img=x",
            "PostProcess.Topk.topk=0",
            "PostProcess.SavePreLabel.save_dir=" + door,
            "PreProcess.transform_ops=[{'Sharpen': None}]");
    assertThat(ran.ends(2).json().at("/error/problems"))
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p.asString()).startsWith("-o Global.infer_img: nothing reads"),
            p -> assertThat(p.asString()).startsWith("PostProcess.Topk.topk: is 0"),
            p -> assertThat(p.asString()).startsWith(folder.resolve("none") + ": not a model"),
            p -> assertThat(p.asString()).startsWith("PostProcess.SavePreLabel.save_dir: "),
            p -> assertThat(p.asString()).startsWith(names + ":2: "),
            p -> assertThat(p.asString()).startsWith("PreProcess.transform_ops: "));
    Files.writeString(config, "Global: {det_inference_model_dir: d, infer_imgs: x}\n");
    assertThat(predict("PostProcess.Topk.topk=0").ends(2).json().at("/error/problems"))
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p.asString()).startsWith("Global.det_inference_model_dir: d"),
            p -> assertThat(p.asString()).startsWith("PostProcess.Topk.topk: is 0"));
  }

  @Test
  void anEmbedderHasNoClasses() throws IOException {
    Ran ran = predict("Global.inference_model_dir=" + Tiny.embedder(folder.resolve("e")));
    assertThat(ran.ends(1).json().at("/error/problems"))
        .satisfiesExactly(
            p -> assertThat(p.asString()).startsWith("PostProcess.Topk: ").contains("Topk=None"),
            p -> assertThat(p.asString()).startsWith("PostProcess.SavePreLabel: "));
    predict(
            "Global.inference_model_dir=" + folder.resolve("e"),
            "PostProcess.Topk=None",
            "PostProcess.SavePreLabel=None")
        .ends(0);
  }
}
