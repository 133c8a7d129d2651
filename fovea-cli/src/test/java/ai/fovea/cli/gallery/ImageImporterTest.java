package ai.fovea.cli.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.cli.Ran;
import ai.fovea.cli.Tiny;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.image.Image;
import ai.fovea.image.ImageEncoder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of files that are not plain images, and that none of them stops the others.
///
/// Over 400 lines: a test for each kind of thing that can lie among images, all with the same folder and model.
@Tag("native")
class ImageImporterTest {
  @TempDir Path folder;
  private Path model;
  private Path photos;
  private Path gallery;

  @BeforeEach
  void images() throws IOException {
    model = Tiny.embedder(folder.resolve("model"));
    photos = folder.resolve("photos");
    gallery = folder.resolve("gallery");
    Tiny.flag(photos.resolve("flag/1.png"), 1);
    Tiny.door(photos.resolve("door/1.png"), 2);
  }

  private Ran build(Object... more) {
    Object[] command = {"gallery", "build", "--json", "--model", model, gallery, photos};
    Object[] all = Arrays.copyOf(command, command.length + more.length);
    System.arraycopy(more, 0, all, command.length, more.length);
    return Ran.run(all);
  }

  private static int entries(Ran ran) {
    return ran.json().at("/info/entries").asInt();
  }

  private Path write(String name, String content) throws IOException {
    Path file = photos.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void filesAreToldByTheirContent() throws IOException {
    int seed = 10;
    for (String name : new String[] {"2.jfif", "3.JPE", "4", "5.txt", "6.png", "7.bin"}) {
      Path jpeg = Tiny.flag(folder.resolve("made.jpg"), seed++);
      Files.move(jpeg, photos.resolve("flag").resolve(name));
    }
    write("flag/notes.txt", "a list, no image");
    write("flag/.DS_Store", "x");
    Ran ran = build().ends(0);
    assertThat(entries(ran)).isEqualTo(8);
    assertThat(ran.err())
        .isEqualTo("fovea: note: " + photos + ": 2 other files passed over, no images\n");
  }

  @Test
  @Timeout(60)
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has neither such pipes nor devices")
  void whatCanNotBeReadIsAProblemOfItsOwnWhereverItIsNamed() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path device = Files.createSymbolicLink(folder.resolve("zero.jpg"), Path.of("/dev/zero"));
    Path large = folder.resolve("large.jpg");
    try (var file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(6L << 30);
    }
    Path list =
        Files.writeString(
            folder.resolve("list.txt"),
            "pipe\tx\nzero.jpg\tx\nlarge.jpg\tx\nphotos/\0.png\tx\nphotos\tx\n"
                + "photos/flag/1.png\tflag\nphotos/door/1.png\tdoor\n");
    String[] reasons = {
      pipe + ": this is a pipe, a device or a socket",
      device + ": this is a pipe, a device or a socket",
      large + ": the file has 6,442,450,944 bytes",
    };
    Ran listed = Ran.run("gallery", "build", "--json", "--model", model, gallery, list).ends(1);
    assertThat(entries(listed)).isEqualTo(2);
    assertThat(listed.err())
        .contains(reasons)
        .contains(list + ":4: 'photos/\\u0000.png' can't be the name of a file")
        .contains(photos + ": this is a folder, not an image");
    for (Ran named :
        new Ran[] {
          build("--replace", pipe, device, large).ends(1),
          Ran.run("recognize", "-g", gallery, "--model", model, pipe, device, large, list).ends(1),
          Ran.run("predict", "--model", model, pipe, device, large, photos).ends(1),
        }) {
      assertThat(named.err())
          .contains(reasons[0], reasons[1], large + ": the file has 6,442,450,944");
    }
    assertThat(entries(build("--replace", pipe, device, large).ends(1))).isEqualTo(2);
    Ran added =
        Ran.run("gallery", "add", "--model", model, gallery, "--label", "x", pipe, device, large);
    assertThat(added.ends(1).err()).contains(reasons);
  }

  @Test
  void nothingIsLeftOfAGalleryWithoutImages() throws IOException {
    Path none = folder.resolve("none");
    Path text = Files.writeString(folder.resolve("1.png"), "a text");
    for (String how : new String[] {"--resume", "--quiet"}) {
      Ran.run("gallery", "build", "--model", model, none, "--label", "x", text, how).ends(1);
      try (var files = Files.list(folder)) {
        assertThat(files.map(f -> f.getFileName().toString()))
            .containsExactlyInAnyOrder("model", "photos", "1.png");
      }
    }
  }

  @Test
  void aTextAmongImagesIsOneProblemAndAListThatIsNamedByItselfIsAList() throws IOException {
    Path notes = Files.writeString(photos.resolve("notes.txt"), "some words\nand more\n");
    Path good = Files.writeString(photos.resolve("good.txt"), "flag/1.png\tflag\nx.png\tflag\n");
    Ran among =
        Ran.run(
                "gallery",
                "build",
                "--json",
                "--model",
                model,
                gallery,
                notes,
                good,
                photos.resolve("missing"))
            .ends(1);
    assertThat(among.json().path("problems").valueStream().map(n -> n.asString()))
        .containsExactly(
            notes
                + ": neither an image nor a list of images: no line of it names a file that is"
                + " there",
            photos.resolve("missing") + ": no such file or folder",
            photos.resolve("x.png") + ": no such file (check its name and folder)");
    Ran alone = Ran.run("gallery", "add", "--json", "--model", model, gallery, notes).ends(1);
    assertThat(alone.json().path("problems").valueStream().map(n -> n.asString()))
        .hasSizeGreaterThan(1);
  }

  @Test
  void aLabelThatReplacesThoseOfFoldersIsTold() {
    Ran ran = build("--label", "all").ends(0);
    assertThat(ran.json().path("notes").valueStream().map(n -> n.asString()))
        .containsExactly(
            photos
                + ": all of its images get the label 'all' of --label, also those in the 2"
                + " folders door, flag");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
  void theReportNamesLinksAndFolders() throws IOException {
    Path link = Files.createSymbolicLink(photos.resolve("flag/gone.png"), Path.of("nowhere"));
    Path empty = Files.createDirectories(photos.resolve("empty"));
    Path report = folder.resolve("report.csv");
    build("--report", report).ends(1);
    assertThat(Files.readString(report).lines().skip(1))
        .hasSize(2)
        .anyMatch(line -> line.startsWith(link + ",,"))
        .anyMatch(line -> line.startsWith(empty + ",,"));
  }

  /// A build that was killed left its mark, and a draft if it was not to go on.
  @Test
  void whatKilledBuildsLeftIsToldAndRemovedByTheNext() throws IOException {
    Path mark = folder.resolve(".gallery.building");
    Path draft = folder.resolve(".gallery.fovea-draft-" + UUID.randomUUID());
    GallerySettings settings;
    build().ends(0);
    try (LocalGallery opened = LocalGallery.openReadOnly(gallery)) {
      settings = opened.info().settings();
    }
    assertThat(Ran.run("gallery", "info", gallery).ends(0).out()).doesNotContain("Unfinished");
    // Killed while it made a gallery in its place.
    Folders.delete(gallery);
    Files.writeString(mark, "x");
    LocalGallery.create(gallery, settings).close();
    assertThat(Ran.run("gallery", "info", gallery).ends(0).out())
        .contains(
            "Unfinished: half made: its build was ended early; the same `fovea gallery build`");
    assertThat(Ran.run("gallery", "info", "--json", gallery).json().path("unfinished").asString())
        .startsWith("half made");
    // And one before it, which had a draft.
    LocalGallery.create(draft, settings).close();
    assertThat(Ran.run("gallery", "info", draft).ends(0).out()).contains("this is the draft of");
    build("--resume").ends(0);
    assertThat(mark).doesNotExist();
    assertThat(draft).doesNotExist();
    assertThat(Ran.run("gallery", "info", gallery).ends(0).out()).doesNotContain("Unfinished");
    // Nothing but a draft.
    Folders.delete(gallery);
    LocalGallery.create(draft, settings).close();
    Ran.run("gallery", "info", gallery)
        .failsWith("no gallery yet: its build was ended early; give the same");
    build("--resume").ends(0);
    assertThat(draft).doesNotExist();
  }

  @Test
  void aLineThatIsThereTwiceIsTold() throws IOException {
    Path list =
        Files.writeString(
            folder.resolve("list.txt"),
            "photos/flag/1.png\tflag\nphotos/flag/../flag/1.png\tflag\nphotos/door/1.png\tdoor\n");
    Ran ran = Ran.run("gallery", "build", "--json", "--model", model, gallery, list).ends(0);
    assertThat(entries(ran)).isEqualTo(2);
    assertThat(ran.json().path("notes").valueStream().map(n -> n.asString()))
        .containsExactly(photos.resolve("flag/1.png") + " ('flag') is named 2 times: taken once");
  }

  @Test
  void manyRemarksOfOneKindAreTheFirstAndANumber() throws IOException {
    for (int i = 2; i <= 6; i++) {
      Tiny.flag(photos.resolve("flag/" + i + ".png"), i);
      Files.copy(photos.resolve("flag/" + i + ".png"), photos.resolve("flag/copy-" + i + ".png"));
    }
    Files.copy(photos.resolve("flag/1.png"), photos.resolve("flag/copy-1.png"));
    Ran ran = build(photos, photos).ends(0);
    assertThat(entries(ran)).isEqualTo(13);
    var notes = ran.json().path("notes").valueStream().map(n -> n.asString()).toList();
    assertThat(notes).filteredOn(n -> n.contains(" is named 3 times: taken once")).hasSize(5);
    assertThat(notes).contains("8 more images are named several times: each taken once");
    assertThat(notes).filteredOn(n -> n.startsWith("one image 2 times: ")).hasSize(5);
    assertThat(notes)
        .contains("1 more images are there several times; `fovea gallery dedupe` removes copies");
  }

  @Test
  void aGalleryAmongTheLabelsIsNone() throws IOException {
    Path inside = photos.resolve("gallery");
    for (String option : new String[] {"--resume", "--replace", "--resume"}) {
      Ran ran = Ran.run("gallery", "build", option, "--model", model, inside, photos).ends(0);
      assertThat(ran.out()).contains("2 images of 2 labels");
    }
    assertThat(Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0).err())
        .contains(inside + ": a gallery, not taken for a label");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such pipes")
  void aPipeAmongTheImagesOfALabelIsNamed() throws Exception {
    Path pipe = photos.resolve("flag/pipe.jpg");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThat(build().ends(0).err())
        .isEqualTo("fovea: note: " + pipe + ": a pipe, a device or a socket, passed over\n");
    for (int i = 1; i < 7; i++) {
      String more = photos.resolve("flag/pipe" + i).toString();
      assertThat(new ProcessBuilder("mkfifo", more).start().waitFor()).isZero();
    }
    assertThat(build("--replace").ends(0).err().lines())
        .hasSize(6)
        .endsWith("fovea: note: " + photos + ": 2 more pipes, devices or sockets passed over");
  }

  @Test
  void manyEmptyFoldersOfLabelsAreAFewLinesAndAllInTheReport() throws IOException {
    for (int i = 0; i < 9; i++) {
      Files.createDirectories(photos.resolve("empty" + i));
    }
    Path report = folder.resolve("report.csv");
    Ran ran = build("--report", report).ends(1);
    assertThat(ran.err().lines().filter(l -> l.contains("no images in this label's folder")))
        .hasSize(5);
    assertThat(ran.err()).contains("fovea: 4 more folders of labels have no images\n");
    assertThat(Files.readAllLines(report)).hasSize(10);
  }

  @Test
  void aGalleryThatIsThereKeepsItsIndex() {
    build("--resume").ends(0);
    build("--resume", "--index", "HNSW32").ends(0);
    Ran ran = build("--resume", "--index", "Flat").ends(1);
    assertThat(ran.err()).contains("with the index HNSW32, and keeps it; leave --index Flat out");
  }

  @Test
  void aReplacedImageHasItsOwnSourceAndSmallCopy() throws IOException {
    build("--thumbnails", "16").ends(0);
    Path other = Tiny.chequers(folder.resolve("other.png"), 4);
    byte[] before;
    float[] vector;
    try (LocalGallery opened = LocalGallery.openReadOnly(gallery)) {
      before = opened.thumbnail(0).orElseThrow();
      vector = opened.vector(0);
    }
    Ran.run("gallery", "update", "--model", model, gallery, 0, other, "--note", "by=me").ends(0);
    try (LocalGallery opened = LocalGallery.openReadOnly(gallery)) {
      Entry entry = opened.find(0).orElseThrow();
      assertThat(entry.source()).contains(other.toString());
      assertThat(entry.attributes()).containsEntry("by", "me").containsKey("file");
      assertThat(opened.vector(0)).isNotEqualTo(vector);
      assertThat(opened.thumbnail(0).orElseThrow()).isNotEqualTo(before);
    }
    // The same where an interrupted command goes on with a file that has changed.
    Path changed = Tiny.chequers(photos.resolve("flag/1.png"), 9);
    byte[] old;
    long id;
    try (LocalGallery opened = LocalGallery.openReadOnly(gallery)) {
      id =
          opened
              .entries()
              .filter(e -> e.source().orElse("").equals(changed.toString()))
              .findFirst()
              .orElseThrow()
              .id();
      old = opened.thumbnail(id).orElseThrow();
    }
    build("--resume").ends(0);
    try (LocalGallery opened = LocalGallery.openReadOnly(gallery)) {
      assertThat(opened.thumbnail(id).orElseThrow()).isNotEqualTo(old);
    }
  }

  @Test
  void whatCannotBeReadIsReportedAndTheLabelNamed() throws IOException {
    write("jar/1.HEIC", "\0\0\0\u0018ftypheic\0\0\0\0mif1heic");
    write("jar/no ending", "\0\0\0\u0018ftypavif\0\0\0\0mif1avif");
    write("jar/2.jpg", "\0\0\0\fjP  \r\n\u0087\n");
    write("jar/3", "8BPS\0\1");
    write("jar/4.pdf", "%PDF-1.7");
    write("jar/5.jpg", "");
    Files.createDirectories(photos.resolve("empty"));
    Ran ran = build().ends(1);
    assertThat(entries(ran)).isEqualTo(2);
    assertThat(ran.json().path("problems").valueStream().map(p -> p.asString()))
        .anyMatch(p -> p.contains("1.HEIC: HEIC images are not supported (convert it"))
        .anyMatch(p -> p.contains("no ending: AVIF images are not supported (convert it"))
        .anyMatch(p -> p.contains("2.jpg: JPEG 2000 images are not supported (convert it"))
        .anyMatch(p -> p.contains("3: Photoshop documents are not supported"))
        .anyMatch(p -> p.contains("4.pdf: this is a PDF document"))
        .anyMatch(p -> p.contains("5.jpg: the file is empty"))
        .anyMatch(p -> p.contains("label 'jar': none of its images can be used"))
        .anyMatch(p -> p.equals(photos.resolve("empty") + ": no images in this label's folder"))
        .hasSize(8);
  }

  @Test
  void linksThatLeadNowhereOrBackAreReported() throws IOException {
    Files.createSymbolicLink(photos.resolve("flag/gone.png"), folder.resolve("nothing"));
    Files.createSymbolicLink(photos.resolve("flag/loop"), photos);
    Files.createSymbolicLink(photos.resolve("back"), photos);
    Files.createSymbolicLink(
        photos.resolve("flag/good.png"), Tiny.flag(folder.resolve("x.png"), 7));
    Ran ran = build().ends(1);
    assertThat(entries(ran)).isEqualTo(3);
    assertThat(ran.err().lines())
        .containsExactlyInAnyOrder(
            "fovea: " + photos + "/flag/gone.png: a link to something that is not there; remove it",
            "fovea: "
                + photos
                + "/flag/loop: a link that leads back to a folder above it; remove it",
            "fovea: " + photos + "/back: a link that leads back to a folder above it; remove it");
    Ran asked =
        Ran.run("recognize", "--model", model, "-g", gallery, photos, photos.resolve("none"));
    assertThat(asked.ends(1).out()).contains("flag/1.png").contains("door/1.png");
    assertThat(asked.err()).contains("none: no such file or folder");
  }

  @Test
  void foldersOfTheSystemAreNoLabels() throws IOException {
    for (String name :
        new String[] {"@eaDir", "__MACOSX", ".git", "#recycle", "$RECYCLE.BIN", "flag/@eaDir"}) {
      Tiny.chequers(photos.resolve(name).resolve("1.png"), 3);
    }
    Ran ran = build().ends(0);
    assertThat(entries(ran)).isEqualTo(2);
    assertThat(ran.err().lines())
        .singleElement()
        .asString()
        .contains("6 folders of the system left out", "@eaDir", "__MACOSX", ".git");
  }

  @Test
  void twoUnicodeFormsAreOneLabel() throws IOException {
    String composed = "caf\u00e9";
    String decomposed = "cafe\u0301";
    Tiny.chequers(photos.resolve(composed + "/1.png"), 3);
    Tiny.chequers(photos.resolve(decomposed + "/2.png"), 4);
    build().ends(0);
    for (String form : new String[] {composed, decomposed}) {
      assertThat(
              Ran.run("gallery", "list", "--json", "--label", form, gallery)
                  .json()
                  .path("found")
                  .asInt())
          .isEqualTo(2);
    }
    Ran.run("gallery", "rename", gallery, decomposed, "bar").ends(0);
    Ran.run("gallery", "rename", gallery, "bar", decomposed).ends(0);
    assertThat(Ran.run("gallery", "list", "--json", gallery).json().path("labels").has(composed))
        .isTrue();
    Ran.run("gallery", "remove", gallery, "--label", decomposed).ends(0);
  }

  @Test
  void featuresOfZerosAreLeftOut() throws IOException {
    Path dark = Tiny.darkEmbedder(folder.resolve("dark"));
    Path black = Tiny.black(photos.resolve("night/1.png"));
    Path report = folder.resolve("report.csv");
    Ran ran =
        Ran.run("gallery", "build", "--json", "--report", report, "--model", dark, gallery, photos);
    assertThat(entries(ran.ends(1))).isEqualTo(2);
    assertThat(Files.readString(report)).contains(black.toString()).contains("all zero");
    Ran predicted =
        Ran.run("predict", "--json", "--model", dark, black, photos.resolve("flag/1.png")).ends(1);
    assertThat(predicted.json().path("images")).hasSize(1);
    Ran asked =
        Ran.run(
            "recognize",
            "--json",
            "--model",
            dark,
            "-g",
            gallery,
            black,
            photos.resolve("flag/1.png"));
    assertThat(asked.ends(1).json().path("images")).hasSize(1);
  }

  @Test
  void aLineBreakInANameIsReportedOnOneLine() throws IOException {
    Tiny.flag(photos.resolve("flag/two\nlines.png"), 9);
    Ran ran = build().ends(1);
    assertThat(entries(ran)).isEqualTo(2);
    assertThat(ran.err().lines()).singleElement().asString().contains("two\\nlines.png");
  }

  @Test
  void theReportIsWrittenWhereTheCommandFails() throws IOException {
    Path report = folder.resolve("report.csv");
    write("flag/1.png", "no image");
    write("door/1.png", "none either");
    build("--report", report).ends(1);
    assertThat(Files.readString(report))
        .contains("flag/1.png")
        .contains("door/1.png")
        .contains("none of the images can be used");
    assertThat(gallery).doesNotExist();
    Files.delete(report);
    Ran.run(
            "gallery",
            "add",
            "--report",
            report,
            "--model",
            model,
            folder.resolve("nowhere"),
            photos)
        .ends(1);
    assertThat(Files.readAllLines(report)).hasSize(2);
  }

  @Test
  void damagedImagesAreLeftOutOrTakenWithAWarning() throws IOException {
    Path damaged = photos.resolve("flag/damaged.jpg");
    byte[] rgb = new byte[200 * 150 * 3];
    new Random(5).nextBytes(rgb);
    byte[] jpeg = ImageEncoder.jpeg(Image.of(200, 150, rgb), 90);
    Arrays.fill(jpeg, jpeg.length / 2, jpeg.length / 2 + 40, (byte) 0x55);
    Files.write(damaged, jpeg);
    Ran refused = build().ends(1);
    assertThat(entries(refused)).isEqualTo(2);
    assertThat(refused.err()).contains(damaged + ": the image is damaged");
    Path report = folder.resolve("report.csv");
    Ran taken = build("--replace", "--accept-damaged", "--report", report).ends(0);
    assertThat(entries(taken)).isEqualTo(3);
    assertThat(taken.err()).startsWith("fovea: warning: " + damaged + ": taken though");
    // Beside that of the threshold.
    assertThat(taken.json().path("warnings").valueStream().map(w -> w.asString()))
        .hasSize(2)
        .anyMatch(w -> w.startsWith(damaged + ": taken though"))
        .anyMatch(w -> w.contains("of the things that the gallery knows would be taken for"));
    assertThat(taken.json().has("warning")).isFalse();
    assertThat(Files.readString(report)).contains(damaged + ",flag,\"warning: " + damaged);
    for (String command : new String[] {"predict", "recognize"}) {
      Ran ran =
          command.equals("predict")
              ? Ran.run(command, "--json", "--accept-damaged", "--model", model, damaged)
              : Ran.run(
                  command, "--json", "--accept-damaged", "--model", model, "-g", gallery, damaged);
      assertThat(ran.ends(0).json().path("warnings")).hasSize(1);
    }
    Ran.run("predict", "--model", model, damaged).failsWith("the image is damaged");
    Ran.run("gallery", "update", "--model", model, gallery, 0, damaged).failsWith("damaged");
    Ran.run("gallery", "update", "--accept-damaged", "--model", model, gallery, 0, damaged).ends(0);
    Ran.run("gallery", "reembed", "--model", model, gallery).ends(1);
    Ran.run("gallery", "reembed", "--accept-damaged", "--model", model, gallery).ends(0);
    Ran evaluated =
        Ran.run("gallery", "eval", "--model", model, gallery, "--queries", photos).ends(1);
    assertThat(evaluated.err()).contains("the image is damaged");
    Object[] calibrate = {
      "gallery", "calibrate", "--json", "--model", model, gallery, "--negatives", damaged, "-q"
    };
    assertThat(Ran.run(calibrate).ends(1).err())
        .contains("none of the negatives can be used", "the image is damaged");
    calibrate[calibrate.length - 1] = "--accept-damaged";
    assertThat(Ran.run(calibrate).json().path("warnings")).hasSize(1);
  }

  @Test
  void aHalfMadeGalleryIsGoneOnWithOrBegunAgain() throws IOException {
    Files.createDirectories(gallery);
    Files.createFile(gallery.resolve("LOCK"));
    assertThat(entries(build("--resume").ends(0))).isEqualTo(2);
    gallery = folder.resolve("second");
    Files.createDirectories(gallery);
    Files.createFile(gallery.resolve("LOCK"));
    Files.createFile(gallery.resolve("log-000001.fvl"));
    assertThat(entries(build().ends(0))).isEqualTo(2);
    gallery = folder.resolve("third");
    Files.createDirectories(gallery);
    Files.writeString(gallery.resolve("letter.txt"), "mine");
    assertThat(build().ends(1).err()).contains("not an empty folder");
    assertThat(gallery.resolve("letter.txt")).exists();
  }
}
