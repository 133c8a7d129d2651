package ai.fovea.cli.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.cli.Ran;
import ai.fovea.cli.Tiny;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.calibration.Calibrator;
import ai.fovea.recognize.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Galleries and images that are moved, and exports that come back.
@Tag("native")
class GalleryMovesTest {
  @TempDir Path folder;
  private Path model;
  private Path photos;
  private Path gallery;

  @BeforeEach
  void images() throws IOException {
    model = Tiny.embedder(folder.resolve("model"));
    photos = folder.resolve("work/photos");
    gallery = folder.resolve("work/gallery");
    for (int i = 0; i < 3; i++) {
      Tiny.flag(photos.resolve("flag/" + i + ".png"), i);
      Tiny.door(photos.resolve("door/" + i + ".png"), i);
    }
  }

  private String id() {
    return id(gallery);
  }

  static String id(Path gallery) {
    try (LocalGallery opened = LocalGallery.openReadOnly(gallery)) {
      return opened.info().settings().modelId();
    }
  }

  private static String firstSource(Path gallery) {
    try (LocalGallery opened = LocalGallery.openReadOnly(gallery)) {
      return opened.entries().toList().getFirst().source().orElseThrow();
    }
  }

  @Test
  void pathsAreKeptSoThatTheyWorkFromAnywhere() {
    Path relative = Path.of("").toAbsolutePath().relativize(photos);
    Ran.run("gallery", "build", "--model", model, gallery, relative).ends(0);
    assertThat(Path.of(firstSource(gallery))).isAbsolute().exists();
    assertThat(Ran.run("gallery", "info", gallery).out()).contains("Sources: absolute paths");
    // The same files by other paths are the same images.
    Ran again = Ran.run("gallery", "build", "--resume", "--model", model, gallery, photos).ends(0);
    assertThat(again.out()).contains("6 were there already");
    var eval = Ran.run("gallery", "eval", "--model", model, gallery, "--queries", relative).ends(0);
    assertThat(eval.out()).contains("6 of labels that the gallery has");
  }

  /// The gallery as an earlier version would have made it, with that version's id of the model.
  private Path ofAnEarlierVersion() throws IOException {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Path old = folder.resolve("old");
    String earlier = ModelFolder.open(model).id().earlier().getFirst();
    try (LocalGallery from = LocalGallery.openReadOnly(gallery);
        LocalGallery to =
            LocalGallery.create(
                old,
                new GallerySettings(
                    earlier,
                    from.info().settings().dimension(),
                    from.info().settings().similarity()))) {
      for (Entry entry : from.entries().toList()) {
        to.add(GalleryUpdate.replacement(entry, from.vector(entry.id())));
      }
      new Calibrator().calibrateAndStore(to);
    }
    return old;
  }

  @Test
  void galleriesOfEarlierVersionsAreUsedWithANote() throws IOException {
    Path old = ofAnEarlierVersion();
    Path query = photos.resolve("flag/0.png");
    String note = "made with this model by an earlier version of Fovea";
    Ran seen = Ran.run("recognize", "--model", model, "-g", old, query).ends(0);
    assertThat(seen.out()).contains("flag");
    assertThat(seen.err()).contains(note);
    Ran json = Ran.run("recognize", "--json", "--model", model, "-g", old, query).ends(0);
    assertThat(json.out()).contains(note);
    Path more = folder.resolve("work/more.png");
    Tiny.flag(more, 9);
    assertThat(
            Ran.run("gallery", "add", "--model", model, old, "--label", "flag", more).ends(0).err())
        .contains(note);
    // What it exports is taken by a gallery of the present version, and the other way round.
    for (Path from : List.of(old, gallery)) {
      Path lines = folder.resolve(from.getFileName() + ".jsonl");
      Ran.run("gallery", "export", from, lines).ends(0);
      Path to = folder.resolve("into-" + from.getFileName());
      try (LocalGallery settings = LocalGallery.openReadOnly(from.equals(old) ? gallery : old)) {
        LocalGallery.create(to, settings.info().settings()).close();
      }
      Ran.run("gallery", "import", "--model", model, to, lines).ends(0);
      assertThat(id(to)).isNotEqualTo(id(from));
    }
    // Afterwards it has the present id.
    Ran.run("gallery", "reembed", "--model", model, gallery).ends(0);
    Ran other =
        Ran.run("recognize", "--model", Tiny.classifier(folder.resolve("c")), "-g", old, query);
    other.ends(1);
    assertThat(id(gallery)).isEqualTo(ModelFolder.open(model).id().value()).isNotEqualTo(id(old));
  }

  @Test
  void relativePathsMoveWithTheGallery() throws IOException {
    Ran.run("gallery", "build", "--sources", "relative", "--model", model, gallery, photos).ends(0);
    assertThat(firstSource(gallery)).isEqualTo("../photos/door/0.png");
    Path more = folder.resolve("work/more.png");
    Tiny.flag(more, 9);
    Ran.run("gallery", "add", "--model", model, gallery, "--label", "flag", more).ends(0);
    Path moved = folder.resolve("elsewhere");
    Files.move(folder.resolve("work"), moved);
    Path there = moved.resolve("gallery");
    assertThat(Ran.run("gallery", "info", there).out())
        .contains("Sources: paths relative to the gallery");
    Ran.run("gallery", "reembed", "--model", model, there).ends(0);
    Ran.run("gallery", "update", "--model", model, there, 0).ends(0);
    Path copies = folder.resolve("copies");
    Ran.run("gallery", "export", there, copies, "--as", "folder").ends(0);
    assertThat(copies.resolve("flag")).isDirectoryContaining("glob:**/more.png");
    Path list = folder.resolve("list.txt");
    Ran.run("gallery", "export", there, list, "--as", "list").ends(0);
    Ran.run("gallery", "build", "--model", model, folder.resolve("again"), list).ends(0);
  }

  /// `--root` names what the folder that all absolute paths lie in has become.
  @Test
  void imagesThatWereMovedAreFoundWhereSomebodySaysTheyLieNow() throws IOException {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Path before = photos.toRealPath();
    Path now = folder.resolve("now");
    Files.move(photos, now);
    Path copies = folder.resolve("copies");
    Ran lost = Ran.run("gallery", "export", gallery, copies, "--as", "folder").ends(1);
    assertThat(lost.err().lines().toList())
        .anyMatch(l -> l.contains(" is not there"))
        .last()
        .asString()
        .startsWith("fovea: " + copies + ": not written, because the files of ")
        .endsWith(
            "they were looked for in "
                + before
                + "; name with --root what has become of "
                + before);
    assertThat(copies).doesNotExist();
    assertThat(Ran.run("gallery", "reembed", "--model", model, gallery).ends(1).err())
        .contains("they were looked for in " + before + "; name with --root what has become of");
    Ran.run("gallery", "reembed", "--model", model, "--root", now, gallery).ends(0);
    Ran.run("gallery", "export", gallery, copies, "--as", "folder", "--root", now).ends(0);
    assertThat(copies.resolve("flag")).isNotEmptyDirectory();
  }

  /// Who names a folder means it, also while the old files are still there.
  @Test
  void theNamedFolderCountsBeforeTheOldOne() throws IOException {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Path now = folder.resolve("now");
    NewGalleryTest.copy(photos.resolve("flag"), now.resolve("flag"));
    NewGalleryTest.copy(photos.resolve("door"), now.resolve("door"));
    Path list = folder.resolve("list.txt");
    Ran.run("gallery", "export", gallery, list, "--root", now).ends(0);
    assertThat(Files.readAllLines(list)).hasSize(6).allMatch(l -> l.startsWith(now.toString()));
    Files.delete(now.resolve("flag/0.png"));
    assertThat(
            Ran.run("gallery", "reembed", "--model", model, "--root", now, gallery).ends(1).err())
        .contains(now.resolve("flag/0.png").toString())
        .contains("they were looked for in " + now + "; name with --root");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
  void anExportThatFailsLeavesLinksAndFoldersAsTheyWere() throws IOException {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Files.delete(photos.resolve("flag/0.png"));
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    Path later = Files.createSymbolicLink(folder.resolve("later"), folder.resolve("a/b"));
    for (Path to : List.of(link, real, later, folder.resolve("c/d"))) {
      Ran.run("gallery", "export", gallery, to, "--as", "folder").ends(1);
    }
    assertThat(link).isSymbolicLink();
    assertThat(later).isSymbolicLink();
    assertThat(real).isEmptyDirectory();
    assertThat(folder.resolve("a")).doesNotExist();
    assertThat(folder.resolve("c")).doesNotExist();
    Tiny.flag(photos.resolve("flag/0.png"), 0);
    Ran.run("gallery", "export", gallery, later, "--as", "folder").ends(0);
    assertThat(folder.resolve("a/b/flag")).isNotEmptyDirectory();
  }

  @Test
  void anExportReplacesNothingUnlessAsked() throws IOException {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Path list = Files.writeString(folder.resolve("list.txt"), "mine");
    Ran.run("gallery", "export", gallery, list)
        .failsWith(list + ": is there already; name another file, or replace it with --replace");
    assertThat(list).hasContent("mine");
    Ran.run("gallery", "export", gallery, list, "--replace").ends(0);
    assertThat(Files.readAllLines(list)).hasSizeGreaterThan(2);
    Ran.run("gallery", "export", gallery, photos, "--as", "faiss", "--replace")
        .failsWith(photos + ": this folder is not empty; name another place");
    Ran.run("gallery", "export", gallery, list, "--as", "folder")
        .failsWith(list + ": is a file, expected a folder");
  }

  /// The newest path that tells anything tells how the next one is kept; each is found by itself.
  @Test
  void pathsOfBothFormsAreEachFound() throws IOException {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Path more = Tiny.flag(folder.resolve("work/more.png"), 9);
    Ran.run(
            "gallery",
            "add",
            "--sources",
            "relative",
            "--model",
            model,
            gallery,
            "--label",
            "flag",
            more)
        .ends(0);
    assertThat(Ran.run("gallery", "info", gallery).out())
        .contains("Sources: 6 absolute paths, 1 relative to the gallery");
    assertThat(Ran.run("gallery", "info", "--json", gallery).json().path("sources").asString())
        .isEqualTo("mixed");
    Path next = Tiny.flag(folder.resolve("work/next.png"), 10);
    Ran.run("gallery", "add", "--model", model, gallery, "--label", "flag", next).ends(0);
    Ran.run("gallery", "reembed", "--model", model, gallery).ends(0);
    // Without any of the files: a relative path is still one.
    Files.delete(next);
    Files.delete(more);
    Path last = Tiny.flag(folder.resolve("work/last.png"), 11);
    Ran.run("gallery", "update", "--model", model, gallery, 7, last).ends(0);
    try (LocalGallery opened = LocalGallery.openReadOnly(gallery)) {
      assertThat(opened.find(6).orElseThrow().source()).contains("../more.png");
      assertThat(opened.find(7).orElseThrow().source()).contains("../last.png");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsonl", "faiss", "paddlex", "cpp"})
  void anExportComesBackWithoutOptions(String form) {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Path out = folder.resolve(form.equals("jsonl") ? "out.jsonl" : "out");
    Ran.run("gallery", "export", gallery, out, "--as", form).ends(0);
    Path back = folder.resolve("back");
    Ran.run("gallery", "import", back, out).ends(0);
    try (LocalGallery opened = LocalGallery.openReadOnly(back)) {
      assertThat(opened.info().settings().modelId()).isEqualTo(id());
      assertThat(opened.info().entries()).isEqualTo(6);
    }
    Ran.run("recognize", "--model", model, "-g", back, photos.resolve("flag/0.png")).ends(0);
  }

  @Test
  void aModelIsNamedByTheBeginningOfItsIdOrByItsName() {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Path out = folder.resolve("out.jsonl");
    Ran.run("gallery", "export", gallery, out).ends(0);
    Path back = folder.resolve("back");
    Ran.run("gallery", "import", back, out, "--model-id", id().substring(0, 10)).ends(0);
    try (LocalGallery opened = LocalGallery.openReadOnly(back)) {
      assertThat(opened.info().settings().modelId()).isEqualTo(id());
    }
    Path named = folder.resolve("named");
    Ran.run("gallery", "import", named, out, "--model", model, "--model-id", "tiny").ends(0);
    try (LocalGallery opened = LocalGallery.openReadOnly(named)) {
      assertThat(opened.info().settings().modelId()).isEqualTo(id());
    }
    Ran.run("gallery", "import", back, out, "--model-id", "of-somebody-else").ends(1);
    // Too short for a name of its own, and misspelt: never an id of their own beside the known one.
    Path shortly = folder.resolve("shortly");
    Ran.run("gallery", "import", shortly, out, "--model-id", id().substring(0, 3)).ends(0);
    try (LocalGallery opened = LocalGallery.openReadOnly(shortly)) {
      assertThat(opened.info().settings().modelId()).isEqualTo(id());
    }
    Path misspelt = folder.resolve("misspelt");
    Ran.run("gallery", "import", misspelt, out, "--model", model, "--model-id", "tinny")
        .failsWith("known are " + id().substring(0, 20));
    Ran.run("gallery", "import", misspelt, out, "--model-id", "0".repeat(64))
        .failsWith("made by another model");
    assertThat(misspelt).doesNotExist();
  }

  @Test
  void everyLineOfAnExportIsChecked() throws IOException {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Path out = folder.resolve("out.jsonl");
    Ran.run("gallery", "export", gallery, out).ends(0);
    List<String> lines = new ArrayList<>(Files.readAllLines(out));
    lines.set(0, lines.get(0).replace(id(), "another"));
    lines.set(2, lines.get(2).replace("\"cosine\"", "\"l2\""));
    lines.set(4, lines.get(4).replace("\"cosine\"", "\"cosinus\""));
    Files.write(out, lines);
    Path back = folder.resolve("back");
    Ran ran = Ran.run("gallery", "import", back, out).ends(1);
    assertThat(ran.err())
        .contains("line 1: its vector is of the model another, not of " + id())
        .contains("line 3: its vector is to be compared by l2, not by cosine")
        .contains("line 5: similarity: unknown name 'cosinus', expected cosine, inner-product, l2");
    assertThat(ran.out()).contains("Imported 3 images");
    // All of them are meant for another gallery: one line, not one for each.
    Files.writeString(out, Files.readString(out).replace("\"cosine\"", "\"l2\""));
    Ran.run("gallery", "import", back, out).failsWith("are to be compared by l2");
  }

  @Test
  void anIndexThatAnotherProgramReplacedIsNotTakenForTheExport() throws IOException {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Path out = folder.resolve("out");
    Ran.run("gallery", "export", gallery, out, "--as", "faiss").ends(0);
    Path other = folder.resolve("other");
    Ran.run("gallery", "export", gallery, other, "--as", "faiss", "--index", "Flat").ends(0);
    Files.copy(
        other.resolve("vector.index"),
        out.resolve("vector.index"),
        StandardCopyOption.REPLACE_EXISTING);
    Path back = folder.resolve("back");
    Ran.run("gallery", "import", back, out).failsWith("describes another vector.index");
    Files.delete(out.resolve("fovea.json"));
    Ran.run("gallery", "import", back, out, "--model", model).ends(0);
    // Galleries that were exported before the index was remembered: what can't be is seen all the
    // same.
    Files.writeString(
        out.resolve("fovea.json"), "{\"model\": \"" + id() + "\", \"similarity\": \"l2\"}");
    Ran.run("gallery", "import", folder.resolve("l2"), out).failsWith("by cosine, not by l2");
    Ran.run("gallery", "import", back, out).failsWith("are to be compared by l2");
    Files.writeString(out.resolve("fovea.json"), "{\"similarity\": \"euclid\"}");
    Ran.run("gallery", "import", back, out, "--model", model)
        .failsWith("similarity: unknown name 'euclid'");
  }
}
