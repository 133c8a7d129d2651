package ai.fovea.cli.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.cli.Ran;
import ai.fovea.cli.Tiny;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.image.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands that change a gallery or carry it elsewhere.
// Over 400 lines: a test or two for each command, all with the same gallery.
@Tag("native")
class GalleryCommandsTest {
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
      Tiny.door(photos.resolve("door/" + i + ".png"), i);
    }
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
  }

  private int images(Path of) {
    return Ran.run("gallery", "info", "--json", of).ends(0).json().at("/info/entries").asInt();
  }

  private Path otherModel() throws IOException {
    Path other = Tiny.embedder(folder.resolve("other"));
    String yaml = Files.readString(other.resolve("inference.yml"));
    Files.writeString(other.resolve("inference.yml"), yaml.replace("- 0.5", "- 0.4"));
    return other;
  }

  @Test
  void findingAndListing() {
    assertThat(Ran.run("gallery", "find", gallery, 0).ends(0).out()).contains("door");
    var json = Ran.run("gallery", "find", "--json", "--vector", gallery, 5).ends(0).json();
    assertThat(json.at("/image/label").asString()).isEqualTo("flag");
    assertThat(json.path("vector")).hasSize(192);
    Ran.run("gallery", "find", gallery, 99).failsWith("no image has the id 99");
    var list =
        Ran.run("gallery", "list", "--json", gallery, "--source", "/FLAG/", "--limit", 2).ends(0);
    assertThat(list.json().path("found").asInt()).isEqualTo(3);
    assertThat(list.json().path("images")).hasSize(2);
    Ran.run("gallery", "list", gallery, "--images", "--offset", -1).ends(2);
  }

  @Test
  void renamingAndMerging() {
    assertThat(Ran.run("gallery", "rename", gallery, "flag", "banner").ends(0).out())
        .contains("Renamed 3 images");
    Ran.run("gallery", "rename", gallery, "flag", "x").failsWith("flag");
    Ran.run("gallery", "rename", gallery, "banner", "door").failsWith("in use");
    assertThat(
            Ran.run("gallery", "merge", gallery, "banner", "door", "--into", "thing").ends(0).out())
        .contains("6 images got the label 'thing'");
    assertThat(Ran.run("gallery", "list", gallery).out()).containsPattern("thing +6");
  }

  @Test
  void listingByFilter() {
    Ran.run("gallery", "update", gallery, 2, "--note", "shelf=7").ends(0);
    String[] list = {"gallery", "list", gallery.toString(), "--filter", ""};
    list[4] = "attribute shelf = 7 or label = none";
    assertThat(Ran.run((Object[]) list).ends(0).out().lines()).hasSize(3);
    list[4] = "not attribute shelf";
    assertThat(Ran.run((Object[]) list).ends(0).out()).containsPattern("(?m)^ *1 ");
    assertThat(
            Ran.run(
                    "gallery",
                    "list",
                    gallery,
                    "--note",
                    "shelf=7",
                    "--filter",
                    "not attribute" + " shelf")
                .ends(0)
                .out()
                .lines())
        .hasSize(2);
    list[4] = "label = dor";
    assertThat(Ran.run((Object[]) list).ends(0).err())
        .contains("accepts none of ")
        .contains("no image has the label 'dor'; do you mean 'door'?");
    list[4] = "label";
    Ran.run((Object[]) list)
        .refusesWith("--filter: filter 'label': expected '=' at position 6, got its end");
  }

  @Test
  void updating() throws IOException {
    Path better = Tiny.chequers(folder.resolve("better.png"), 1);
    Ran.run(
            "gallery", "update", "--model", model, gallery, 2, better, "--label", "board", "--note",
            "shelf=7")
        .ends(0);
    assertThat(Ran.run("gallery", "find", gallery, 2).out())
        .contains("board", "better.png", "shelf");
    Ran.run("gallery", "update", "--model", model, gallery, 2).ends(0);
    Ran.run("gallery", "update", "--model", model, gallery, 77, better).failsWith("id 77");
    Ran.run("gallery", "update", "--model", otherModel(), gallery, 2, better)
        .failsWith("another model");
  }

  @Test
  void thumbnails() throws IOException {
    Ran.run("gallery", "build", "--replace", "--thumbnails", 16, "--model", model, gallery, photos)
        .ends(0);
    try (LocalGallery opened = LocalGallery.openReadOnly(gallery)) {
      for (Entry entry : opened.entries().toList()) {
        Path copy = folder.resolve("copy.jpg");
        Files.write(copy, opened.thumbnail(entry.id()).orElseThrow());
        Image small = Image.read(copy);
        assertThat(Math.max(small.width(), small.height())).isEqualTo(16);
      }
    }
    Ran large = Ran.run("gallery", "add", "--thumbnails", 5000, "--model", model, gallery, photos);
    assertThat(large.ends(2).err()).contains("--thumbnails is 5000, must be 16 to 1024");
  }

  @Test
  void deduplicating() throws IOException {
    Files.copy(photos.resolve("flag/0.png"), photos.resolve("flag/copy.png"));
    Files.copy(photos.resolve("flag/1.png"), photos.resolve("door/flag.png"));
    Ran built = Ran.run("gallery", "build", "--replace", "--model", model, gallery, photos).ends(1);
    assertThat(built.err())
        .containsPattern("one image with several labels: .*door/flag.png.*flag/1.png")
        .containsPattern("note: one image 2 times: .*flag/0.png.*flag/copy.png");
    Ran.run(
            "gallery",
            "build",
            "--replace",
            "--allow-duplicates",
            "--model",
            model,
            gallery,
            photos)
        .ends(0);
    Ran dry = Ran.run("gallery", "dedupe", gallery, "--dry-run").ends(1);
    assertThat(dry.out()).contains("Would remove 1 image");
    assertThat(dry.err()).contains("one image with several labels");
    assertThat(images(gallery)).isEqualTo(8);
    Ran.run("gallery", "dedupe", gallery).ends(1);
    assertThat(images(gallery)).isEqualTo(7);
    assertThat(
            Ran.run("gallery", "dedupe", gallery, "--score", 0.5, "--json")
                .json()
                .path("removed")
                .asInt())
        .isGreaterThan(2);
  }

  @Test
  void checkingAndCompacting() throws IOException {
    Ran.run("gallery", "verify", gallery).ends(0);
    Ran.run("gallery", "compact", gallery).ends(0);
    Path snapshot;
    try (var files = Files.list(gallery)) {
      snapshot = files.filter(f -> f.toString().endsWith(".fvs")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(snapshot);
    bytes[bytes.length / 2] ^= 4;
    Files.write(snapshot, bytes);
    Ran.run("gallery", "verify", gallery).failsWith("damaged");
  }

  @Test
  void anotherModel() throws IOException {
    Path other = otherModel();
    Ran.run("gallery", "add", "--model", other, gallery, photos).failsWith("reembed");
    Ran.run("gallery", "reembed", "--model", other, gallery).ends(0);
    Ran.run("recognize", "--model", other, "-g", gallery, photos.resolve("flag/0.png")).ends(0);
    Files.delete(photos.resolve("flag/0.png"));
    Ran failed = Ran.run("gallery", "reembed", "--model", model, gallery).ends(1);
    assertThat(failed.err()).contains("flag/0.png").contains("unchanged");
    Ran.run("recognize", "--model", other, "-g", gallery, photos.resolve("flag/1.png")).ends(0);
  }

  @Test
  void carryingElsewhere() throws IOException {
    Path lines = folder.resolve("gallery.jsonl");
    Ran.run("gallery", "export", gallery, lines).ends(0);
    Path copy = folder.resolve("copy");
    Path foreign = folder.resolve("foreign.jsonl");
    Files.writeString(
        foreign, Files.readString(lines).replaceAll("\"(model|similarity)\":\"[^\"]*\",", ""));
    Ran.run("gallery", "import", copy, foreign).ends(2);
    Ran.run("gallery", "import", "--model", otherModel(), copy, lines)
        .failsWith("were made by another model");
    Ran.run("gallery", "import", "--model", model, copy, foreign).ends(0);
    assertThat(Ran.run("gallery", "list", copy).out())
        .isEqualTo(Ran.run("gallery", "list", gallery).out());
    Ran.run("recognize", "--model", model, "-g", copy, photos.resolve("flag/0.png")).ends(0);

    Path faiss = folder.resolve("faiss");
    Ran.run("gallery", "export", gallery, faiss, "--as", "faiss").ends(0);
    assertThat(faiss.resolve("id_map.pkl")).exists();
    Path again = folder.resolve("again");
    Ran.run("gallery", "import", "--model-id", "some model", again, faiss)
        .failsWith("no such model");
    Files.delete(faiss.resolve("fovea.json"));
    Ran.run("gallery", "import", "--model-id", "some model", again, faiss).ends(0);
    assertThat(images(again)).isEqualTo(6);
    Ran.run("gallery", "import", again, faiss).ends(1);
    assertThat(images(again)).isEqualTo(6);

    Ran.run("gallery", "export", gallery, folder.resolve("list.txt")).ends(0);
    assertThat(Files.readString(folder.resolve("list.txt"))).contains("0.png\tflag");
    Ran.run("gallery", "export", gallery, folder.resolve("folders"), "--as", "folder").ends(0);
    assertThat(folder.resolve("folders/flag/0.png")).exists();
    Ran.run("gallery", "export", gallery, folder.resolve("x.bin")).ends(2);
    Ran.run("gallery", "import", folder.resolve("none"), photos, "--model-id", "m")
        .failsWith("gallery build");
  }

  @Test
  void ofAnImportAllThatCanBeUsedIsTakenAndTheRestReported() throws IOException {
    Path file = folder.resolve("theirs.jsonl");
    Files.writeString(
        file,
        """
        not json
        {"label": "mug", "vector": [1, 0]}
        {"label": "cup", "vector": [0, 0]}
        """);
    Path report = folder.resolve("report.csv");
    Path target = folder.resolve("imported");
    Ran ran = Ran.run("gallery", "import", target, file, "--model-id", "m", "--report", report);
    ran.ends(1);
    assertThat(ran.err()).contains("only with a model of the id m; where you have its folder");
    assertThat(ran.err())
        .contains(file + ": line 1: not JSON")
        .contains(file + ": line 3: the vector is all zeros");
    assertThat(images(target)).isEqualTo(1);
    assertThat(Files.readAllLines(report)).hasSize(3);

    Path list = Files.writeString(folder.resolve("list.txt"), "a.jpg mug\nb.jpg cup\n");
    Ran.run("gallery", "import", folder.resolve("of-a-list"), list)
        .failsWith("or a list of them, become a gallery by `fovea gallery build`");

    Files.writeString(file, "{\"label\": \"cup\", \"vector\": [0, 0]}\n");
    Path none = folder.resolve("none-of-it");
    Ran failed = Ran.run("gallery", "import", none, file, "--model-id", "m", "--report", report);
    failed.ends(1);
    assertThat(failed.err().lines())
        .containsExactly(
            "fovea: " + file + ": line 1: the vector is all zeros",
            "fovea: " + file + ": nothing in it can be used");
    assertThat(none).doesNotExist();
    assertThat(Files.readString(report)).contains("all zeros");
  }

  @Test
  void aReportOfAnImportHasEveryLine() throws IOException {
    Path lines = folder.resolve("twenty.jsonl");
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= 20; i++) {
      text.append("{\"label\": \"l%d\", \"vector\": [1, %d], \"id\": %d}\n".formatted(i % 2, i, i));
    }
    Files.writeString(lines, text);
    Path target = folder.resolve("twice");
    Path report = folder.resolve("twice.csv");
    Ran.run("gallery", "import", target, lines, "--model-id", "m").ends(0);
    Files.writeString(lines, "{\"label\": \"l0\", \"vector\": [1, 30]}\n" + text);
    Ran again =
        Ran.run("gallery", "import", target, lines, "--model-id", "m", "--report", report).ends(1);
    assertThat(Files.readAllLines(report)).hasSize(21);
    assertThat(again.err().lines().filter(l -> l.contains("in use in the gallery"))).hasSize(6);
    assertThat(again.err()).contains("fovea: 15 more images: their ids are in use");
  }

  @Test
  void goingOnAfterAnInterruption() throws IOException {
    Path bad = photos.resolve("flag/broken.jpg");
    Files.writeString(bad, "no, \"image\"");
    Path report = folder.resolve("failures.csv");
    Path target = folder.resolve("target");
    Object[] build = {
      "gallery", "build", "--json", "--resume", "--report", report, "--model", model, target, photos
    };
    Ran first = Ran.run(build).ends(1);
    assertThat(first.json().path("added").asInt()).isEqualTo(6);
    assertThat(Files.readAllLines(report)).hasSize(2);
    assertThat(Files.readAllLines(report).get(1)).contains("broken.jpg,flag,");
    Files.delete(bad);
    Tiny.chequers(photos.resolve("flag/1.png"), 5);
    Tiny.door(photos.resolve("door/new.png"), 8);
    Ran second = Ran.run(build).ends(0);
    assertThat(second.json().path("added").asInt()).isEqualTo(1);
    assertThat(second.json().path("updated").asInt()).isEqualTo(1);
    assertThat(second.json().path("skipped").asInt()).isEqualTo(5);
    assertThat(images(target)).isEqualTo(7);
  }

  @Test
  void aConfigurationOfPaddleClas() throws IOException {
    Path list = folder.resolve("label.txt");
    Files.writeString(list, "flag/0.png\ta flag\nflag/1.png\ta flag\ndoor/0.png\tdoor\n");
    Path target = folder.resolve("index");
    Path config = folder.resolve("build.yaml");
    Files.writeString(
        config,
        """
        Global:
          rec_inference_model_dir: "%s"
        IndexProcess:
          index_method: "HNSW32"
          image_root: "%s"
          index_dir: "%s"
          data_file: "%s"
          index_operation: "new"
          delimiter: "\\t"
          dist_type: "IP"
          embedding_size: 192
        """
            .formatted(model, photos, target, list));
    Ran.run("gallery", "build", "-c", config, "-o", "IndexProcess.index_method=Flat").ends(0);
    Ran.run("gallery", "build", "-c", config).ends(0);
    assertThat(images(target)).isEqualTo(3);
    Files.writeString(list, "door/1.png\tdoor\n");
    Ran.run("gallery", "build", "-c", config, "-o", "IndexProcess.index_operation=append").ends(0);
    assertThat(images(target)).isEqualTo(4);
    Files.writeString(list, "door/1.png\tdoor\nflag/0.png\ta flag\nflag/1.png\tother\n");
    Ran removed =
        Ran.run(
            "gallery",
            "build",
            "-c",
            config,
            "-o",
            "IndexProcess.index_operation=remove",
            "--threshold",
            0.625);
    assertThat(removed.ends(1).out()).contains("Removed 2 images");
    assertThat(removed.err())
        .contains("holds no image " + photos.resolve("flag/1.png") + " with the label 'other'");
    assertThat(removed.err().lines()).hasSize(1);
    assertThat(removed.out()).contains("Threshold 0.6250 (given)");
    Files.writeString(list, "flag/none.png\ta flag\n");
    assertThat(
            Ran.run(
                    "gallery",
                    "build",
                    "-c",
                    config,
                    "-o",
                    "IndexProcess.index_dir=" + folder + "/x")
                .ends(1)
                .err())
        .contains(folder + "/x: not built: none of the images can be used")
        .contains("none.png");
    Ran several =
        Ran.run(
                "gallery",
                "build",
                "--json",
                "-c",
                config,
                "-o",
                "IndexProcess.embedding_size=512",
                "-o",
                "IndexProcess.data_file=gone.txt",
                "-o",
                "IndexProcess.dist_type=hamming")
            .ends(2);
    assertThat(several.json().at("/error/problems"))
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p.asString()).startsWith("IndexProcess.dist_type: "),
            p -> assertThat(p.asString()).startsWith("IndexProcess.data_file: gone.txt: no such"),
            p -> assertThat(p.asString()).startsWith("IndexProcess.embedding_size: is 512"));
    Ran.run("gallery", "build", "-c", config, "-o", "IndexProcess.embedding_size=512")
        .refusesWith("192 values");
    Ran.run("gallery", "build", "-c", config, "-o", "IndexProcess.dist_type=hamming").ends(2);
    Ran.run("gallery", "build", "-c", config, "-o", "IndexProcess.index_operation=move").ends(2);
  }

  @Test
  void anImageThatIsNamedTwiceIsRemovedOnce() {
    Path plain = folder.resolve("plain");
    try (LocalGallery made =
        LocalGallery.create(plain, new GallerySettings("m", 1, Similarity.L2))) {
      for (String label : List.of("a", "a", "b", "c")) {
        made.add(NewEntry.of(label, new float[] {1}));
      }
    }
    Ran ran =
        Ran.run("gallery", "remove", plain, "--label", "a", "--id", "0", "--id", "2", "--id", "2");
    assertThat(ran.ends(0).out()).contains("Removed 3 images").contains("1 image of 1 label");
    Ran none = Ran.run("gallery", "remove", plain, "--label", "a", "--id", "7", "--id", "7");
    assertThat(none.ends(1).err().lines()).hasSize(2);
  }

  @Test
  void labelsAreListedInPartsToo() throws IOException {
    Path plain = folder.resolve("plain");
    try (LocalGallery made =
        LocalGallery.create(plain, new GallerySettings("m", 1, Similarity.L2))) {
      for (String label : List.of("a", "b", "c")) {
        made.add(NewEntry.of(label, new float[] {1}));
      }
    }
    Ran ran = Ran.run("gallery", "list", plain, "--offset", "1", "--limit", "1").ends(0);
    assertThat(ran.out()).contains("b ").contains("1 of 3").doesNotContain("c ");
  }
}
