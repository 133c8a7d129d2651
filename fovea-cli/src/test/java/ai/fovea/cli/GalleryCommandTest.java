package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class GalleryCommandTest {
  @TempDir Path folder;
  private Path model;
  private Path photos;
  private Path gallery;

  @BeforeEach
  void images() throws IOException {
    model = Tiny.embedder(folder.resolve("model"));
    photos = folder.resolve("photos");
    gallery = folder.resolve("gallery");
    for (int i = 0; i < 3; i++) {
      Tiny.flag(photos.resolve("flag/" + i + ".png"), i);
      Tiny.door(photos.resolve("door/deep/" + i + ".jpg"), i);
    }
  }

  private Ran build(Object... more) {
    Object[] args = new Object[4 + more.length];
    System.arraycopy(new Object[] {"gallery", "build", "--model", model}, 0, args, 0, 4);
    System.arraycopy(more, 0, args, 4, more.length);
    return Ran.run(args);
  }

  @Test
  void aFolderPerLabel() {
    Ran ran = build("--json", gallery, photos).ends(0);
    assertThat(ran.json().path("added").asInt()).isEqualTo(6);
    assertThat(ran.json().at("/info/labels").asInt()).isEqualTo(2);
    assertThat(ran.json().at("/info/calibration/threshold").isNumber()).isTrue();
    Ran list = Ran.run("gallery", "list", gallery).ends(0);
    assertThat(list.out().lines()).anyMatch(l -> l.matches("flag +3"));
    assertThat(Ran.run("gallery", "list", "--json", gallery).json().at("/labels/door").asInt())
        .isEqualTo(3);
    assertThat(Ran.run("gallery", "list", "--label", "door", gallery).out()).contains("deep");
    assertThat(Ran.run("gallery", "info", gallery).out()).contains("6 images of 2 labels");
    assertThat(Ran.run("gallery", "info", gallery, "--recall", "4").ends(0).out())
        .contains("Recall: 100.00 % of the 10 nearest found (24 of 24; 4 of its images asked for")
        .contains("Find themselves: 4 of 4");
    assertThat(
            Ran.run("gallery", "info", "--json", gallery, "--recall", "200")
                .json()
                .at("/recall/asked")
                .asInt())
        .isEqualTo(6);
    Ran.run("gallery", "info", gallery, "--recall", "0").ends(2);
    assertThat(folder.toFile().list()).containsOnly("model", "photos", "gallery");
  }

  @Test
  void badImagesAreReportedAndTheOthersTaken() throws IOException {
    Files.writeString(photos.resolve("flag/broken.jpg"), "<html>");
    Files.writeString(photos.resolve("door/empty.png"), "");
    Tiny.flag(photos.resolve("stray.png"), 9);
    Ran ran = build(gallery, photos).ends(1);
    assertThat(ran.err()).contains("broken.jpg").contains("empty.png").contains("stray.png");
    assertThat(ran.err().lines()).hasSize(3).allMatch(l -> l.startsWith("fovea: "));
    assertThat(ran.out()).contains("6 images of 2 labels");
  }

  @Test
  void nothingIsLeftWhereNoImageIsGood() throws IOException {
    Path bad = folder.resolve("bad");
    Files.createDirectories(bad.resolve("flag"));
    Files.writeString(bad.resolve("flag/broken.jpg"), "no image");
    Ran ran = build(gallery, bad).ends(1);
    assertThat(ran.err()).contains("not built");
    assertThat(gallery).doesNotExist();
  }

  @Test
  void lists() throws IOException {
    Path list = folder.resolve("list.txt");
    Files.writeString(
        list,
        """
        flag/0.png\ta red and blue flag
        flag/1.png\ta red and blue flag\tcamera-2

        door/deep/0.jpg door
        lonely
        flag/missing.png\tdoor
        """);
    Ran ran = build("--json", "--root", photos, gallery, list).ends(1);
    assertThat(ran.json().path("added").asInt()).isEqualTo(3);
    assertThat(ran.err()).contains("list.txt:5").contains("missing.png");
    assertThat(Ran.run("gallery", "list", "--json", gallery).json().path("labels").propertyNames())
        .containsExactly("a red and blue flag", "door");
  }

  @Test
  void addAndRemove() throws IOException {
    build("--threshold", 0.8, gallery, photos).ends(0);
    Path first = Tiny.chequers(folder.resolve("new/1.png"), 1);
    Path second = Tiny.chequers(folder.resolve("new/2.png"), 2);
    Ran query = Ran.run("recognize", "--json", "--model", model, "-g", gallery, first).ends(0);
    assertThat(query.json().at("/images/0/unknown").asBoolean()).isTrue();

    Ran added =
        Ran.run("gallery", "add", "--model", model, "--label", "chequers", gallery, first, second);
    assertThat(added.ends(0).out()).contains("Added 2 images").contains("8 images of 3 labels");
    Path third = Tiny.chequers(folder.resolve("new/3.png"), 3);
    query = Ran.run("recognize", "--json", "--model", model, "-g", gallery, third).ends(0);
    assertThat(query.json().at("/images/0/label").asString()).isEqualTo("chequers");

    Ran removed =
        Ran.run("gallery", "remove", gallery, "--label", "chequers", "--id", 0, "--id", 99);
    assertThat(removed.ends(1).err()).contains("no image has the id 99");
    assertThat(removed.out()).contains("Removed 3 images").contains("5 images of 2 labels");
    Ran.run("gallery", "add", "--model", model, gallery, first).ends(1);
  }

  @Test
  void whatIsThereIsKept() throws IOException {
    build(gallery, photos).ends(0);
    build(gallery, photos).failsWith("--replace");
    Ran replaced = build("--replace", "--threshold", 0.5, gallery, photos).ends(0);
    assertThat(replaced.out()).contains("0.5000 (given)");
    build(photos, photos).failsWith("not an empty folder");
    assertThat(photos.resolve("flag/0.png")).exists();
  }

  @Test
  void vectorsOfAnotherModelAreRefused() throws IOException {
    build(gallery, photos).ends(0);
    Path other = Tiny.embedder(folder.resolve("other"));
    String yaml = Files.readString(other.resolve("inference.yml"));
    Files.writeString(other.resolve("inference.yml"), yaml.replace("- 0.5", "- 0.4"));
    Ran.run("recognize", "--model", other, "-g", gallery, photos).failsWith("another model");
    Ran.run("gallery", "add", "--model", other, gallery, photos).failsWith("another model");
  }
}
