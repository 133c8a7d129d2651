package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
    var classes = ran.json().at("/pictures/0/classes");
    assertThat(classes).hasSize(3);
    assertThat(classes.at("/0/id").asInt()).isEqualTo(1);
    assertThat(classes.at("/0/label").asString()).isEqualTo("dark green");
    assertThat(ran.json().at("/pictures/0/copy").asString())
        .isEqualTo(folder.resolve("pre_label/1/door.png").toString());
    assertThat(folder.resolve("pre_label/1/door.png")).hasSameBinaryContentAs(door);
    assertThat(folder.resolve("pre_label/1/door-2.png")).hasSameBinaryContentAs(same);
    assertThat(Ran.run("predict", "-c", config).ends(0).out())
        .contains("dark green")
        .doesNotContain("without effect");
    assertThat(folder.resolve("pre_label/1").toFile().list()).hasSize(2);
  }

  @Test
  void whereACopyFailsTheClassesStay() throws IOException {
    // A file where the folder of the class would be.
    Files.writeString(Files.createDirectory(folder.resolve("pre_label")).resolve("1"), "mine");
    Ran ran = predict().ends(1);
    assertThat(ran.json().at("/pictures/0/classes/0/id").asInt()).isEqualTo(1);
    assertThat(ran.json().at("/pictures/0").has("copy")).isFalse();
    assertThat(ran.err())
        .contains(folder.resolve("pre_label/1") + ": this is a file, expected a folder");
    assertThat(folder.resolve("pre_label/1")).hasContent("mine");
  }

  @Test
  void aDelimiterAndAListOfLabels() throws IOException {
    Files.writeString(names, "0,Rot\n1,dark, green\n");
    assertThat(
            predict("PostProcess.Topk.delimiter=','")
                .ends(0)
                .json()
                .at("/pictures/0/classes/0/label")
                .asString())
        .isEqualTo("dark, green");
    assertThat(
            predict("PostProcess.Topk.label_list=['r','g','b']")
                .ends(0)
                .json()
                .at("/pictures/0/classes/0/label")
                .asString())
        .isEqualTo("g");
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
    assertThat(without.json().at("/pictures/0/classes/0/label").asString()).isEqualTo("green");
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
