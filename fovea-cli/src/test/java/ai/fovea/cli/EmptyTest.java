package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands that are given nothing, and galleries from which all was removed: each says so.
@Tag("native")
class EmptyTest {
  @TempDir Path folder;
  private Path model;
  private Path photos;
  private Path gallery;
  private Path list;
  private Path emptyFolder;

  @BeforeEach
  void gallery() throws IOException {
    model = Tiny.embedder(folder.resolve("model"));
    photos = folder.resolve("photos");
    gallery = folder.resolve("gallery");
    for (int i = 0; i < 3; i++) {
      Tiny.flag(photos.resolve("flag/" + i + ".png"), i);
      Tiny.door(photos.resolve("door/" + i + ".png"), i);
    }
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    list = Files.writeString(folder.resolve("list.txt"), "");
    emptyFolder = Files.createDirectories(folder.resolve("empty"));
  }

  private Path config() throws IOException {
    return Files.writeString(
        folder.resolve("config.yaml"),
        """
        Global:
          infer_imgs: []
          rec_inference_model_dir: "%s"
        IndexProcess:
          index_dir: "%s"
          data_file: "%s"
        """
            .formatted(model, gallery, list));
  }

  @Test
  void aConfigurationWithoutImagesIsRefused() throws IOException {
    Path config = config();
    for (String command : List.of("predict", "recognize")) {
      String images = "Global.infer_imgs=";
      Ran.run(command, "-c", config).failsWith("Global.infer_imgs: is empty, expected an image");
      for (String value : List.of("[]", "", "['']")) {
        Ran.run(command, "-c", config, "-o", images + value)
            .refusesWith("Global.infer_imgs: is empty, expected an image");
      }
      Ran.run(command, "-c", config, "-o", images + "[" + photos + ",'']")
          .refusesWith("Global.infer_imgs: has an empty entry");
    }
  }

  @Test
  void whatHoldsNoImagesIsNamed() throws IOException {
    Path config = config();
    Path blank = Files.writeString(folder.resolve("blank.txt"), "\n \n");
    for (Path nothing : List.of(list, blank, emptyFolder)) {
      for (Ran ran :
          List.of(
              Ran.run("predict", "--model", model, nothing),
              Ran.run("recognize", "--model", model, "-g", gallery, nothing),
              Ran.run("gallery", "build", "--model", model, folder.resolve("new"), nothing),
              Ran.run("gallery", "add", "--model", model, gallery, nothing),
              Ran.run("gallery", "eval", "--model", model, gallery, "--queries", nothing),
              Ran.run("gallery", "calibrate", "--model", model, gallery, "--negatives", nothing))) {
        assertThat(ran.ends(1).err()).startsWith("fovea: " + nothing + ": ");
      }
      assertThat(folder.resolve("new")).doesNotExist();
    }
    for (String operation : List.of("new", "append", "remove")) {
      Ran ran =
          Ran.run(
              "gallery", "build", "-c", config, "-o", "IndexProcess.index_operation=" + operation);
      assertThat(ran.ends(1).err()).startsWith("fovea: " + list + ": an empty list; ");
    }
    assertThat(Ran.run("gallery", "info", gallery).ends(0).out()).contains("6 images");
  }

  @Test
  void aGalleryWithoutImagesIsTold() throws IOException {
    Ran.run("gallery", "remove", gallery, "--label", "flag", "--label", "door").ends(0);
    String told = gallery + ": holds no images, so nothing can be known; `fovea gallery add`";
    Path query = photos.resolve("flag/0.png");
    Ran asked = Ran.run("recognize", "--json", "--model", model, "-g", gallery, query).ends(0);
    assertThat(asked.json().at("/warnings/0").asString()).contains(told);
    for (Ran ran :
        List.of(
            asked,
            Ran.run("gallery", "list", gallery),
            Ran.run("gallery", "eval", "--model", model, gallery, "--queries", photos),
            Ran.run("gallery", "export", gallery, folder.resolve("out.jsonl")),
            Ran.run("gallery", "export", "--as", "faiss", gallery, folder.resolve("faiss")))) {
      assertThat(ran.ends(0).err()).isEqualTo("fovea: warning: " + told + " puts some in\n");
    }
    assertThat(Ran.run("gallery", "info", "--recall", 10, gallery).ends(0).out())
        .contains("0 images of 0 labels", "Recall: not measured, as there are no images");
    Ran info = Ran.run("gallery", "info", "--recall", 10, "--json", gallery).ends(0);
    assertThat(info.json().at("/recall/recall").isNull()).isTrue();
    for (String command : List.of("dedupe", "compact", "verify", "calibrate")) {
      assertThat(Ran.run("gallery", command, gallery).ends(0).err()).isEmpty();
    }
    Ran.run("gallery", "import", folder.resolve("imported"), folder.resolve("faiss")).ends(0);
    Ran.run("gallery", "add", "--model", model, gallery, photos).ends(0);
    assertThat(Ran.run("recognize", "--model", model, "-g", gallery, query).ends(0).out())
        .contains("flag");
  }
}
