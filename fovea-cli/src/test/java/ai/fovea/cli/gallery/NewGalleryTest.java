package ai.fovea.cli.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.base.PlaceLock;
import ai.fovea.cli.CommandException;
import ai.fovea.cli.Ran;
import ai.fovea.cli.Tiny;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Galleries that are made in a place: beside each other, after a kill, over others and over what is no gallery.
// Over 400 lines: a test for each thing that can come in the way of a new gallery.
@Tag("native")
class NewGalleryTest {
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

  @Test
  void ofTwoBuildsInOnePlaceOneIsRefused() throws IOException {
    try (PlaceLock _ = PlaceLock.take(gallery, "build-lock").orElseThrow()) {
      Ran.run("gallery", "build", "--model", model, gallery, photos)
          .failsWith("another command is making a gallery there");
    }
    assertThat(gallery).doesNotExist();
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Ran.run("gallery", "build", "--model", model, gallery, photos).failsWith("a gallery already");
    try (Stream<Path> left = Files.list(folder.resolve("work"))) {
      assertThat(left.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("gallery", "photos");
    }
  }

  @Test
  void whatKilledCommandsLeftIsRemovedOrPutBack() throws IOException {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Path draft = folder.resolve("work/.gallery.fovea-draft-00000000-0000-0000-0000-000000000001");
    Files.createDirectories(draft);
    Files.createFile(draft.resolve("LOCK"));
    // What somebody made is left alone, whatever it is called like.
    Path backup = folder.resolve("work/gallery.old-20241128");
    copy(gallery, backup);
    Ran.run("gallery", "build", "--replace", "--model", model, gallery, photos).ends(0);
    assertThat(draft).doesNotExist();
    assertThat(backup.resolve("MANIFEST")).exists();
    // Killed between the old gallery's leaving and the new one's coming.
    Path old = folder.resolve("work/.gallery.fovea-old-00000000-0000-0000-0000-000000000002");
    Files.move(gallery, old);
    Ran.run("gallery", "build", "--model", model, gallery, photos).failsWith("a gallery already");
    assertThat(Ran.run("gallery", "info", gallery).ends(0).out()).contains("6 images");
    assertThat(old).doesNotExist();
  }

  /// Killed while it made a gallery in its place, of other photos.
  private void halfMade() throws IOException {
    Folders.delete(gallery);
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    mark("build /photos/other");
  }

  private Path mark(String line) throws IOException {
    return Files.writeString(gallery.resolve("UNFINISHED"), line + "\n");
  }

  private void assertWhole() {
    assertThat(Ran.run("gallery", "info", gallery).ends(0).out()).doesNotContain("Unfinished");
    assertThat(gallery.resolve("UNFINISHED")).doesNotExist();
  }

  @Test
  void aHalfMadeGalleryIsToldByWhatReadsIt() throws IOException {
    Path query = photos.resolve("flag/0.png");
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Ran whole = Ran.run("recognize", "--model", model, "-g", gallery, query).ends(0);
    assertThat(whole.err()).isEmpty();
    mark("build " + photos);
    String told = "its build was ended early; the same `fovea gallery build` with --resume goes on";
    assertToldByReaders(told + " (it took " + photos + ")");
    Ran.run("gallery", "build", "--model", model, gallery, photos).failsWith(told);
    // Another command finds a threshold, but what the build lacks is lacking still.
    Tiny.door(folder.resolve("more/door/1.png"), 7);
    Path more = folder.resolve("more");
    Ran.run("gallery", "add", "--model", model, gallery, more).ends(0);
    assertToldByReaders(told);
    Ran.run("gallery", "build", "--resume", "--model", model, gallery, more).ends(0);
    assertToldByReaders(told);
    Ran.run("gallery", "build", "--resume", "--model", model, gallery, photos).ends(0);
    assertWhole();
  }

  @Test
  void whatIsHalfMadeStaysSoWhereverItIsMovedAndNothingElseIs() throws IOException {
    halfMade();
    Path first = gallery;
    gallery = folder.resolve("moved");
    copy(first, gallery);
    assertToldByReaders("its build was ended early");
    Folders.delete(gallery);
    Files.move(first, gallery);
    assertToldByReaders("its build was ended early");
    // Another gallery in the place of the first.
    Ran.run("gallery", "build", "--model", model, folder.resolve("whole"), photos).ends(0);
    gallery = first;
    copy(folder.resolve("whole"), gallery);
    assertWhole();
  }

  @Test
  void aWholeGalleryIsWholeWhileAnotherIsMadeToReplaceIt() throws IOException {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    try (PlaceLock _ = PlaceLock.take(gallery, "build-lock").orElseThrow()) {
      assertThat(Ran.run("gallery", "list", gallery).ends(0).err()).isEmpty();
      mark("build " + photos);
      assertThat(Ran.run("gallery", "list", gallery).ends(0).err())
          .contains("another command is making a gallery here");
    }
  }

  @Test
  void aGalleryThatImagesWereBeingAddedToIsToldByWhatReadsIt() throws IOException {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Path beside = folder.resolve("work/.gallery.adding"); // where earlier versions had the sign
    Path besideBuild = folder.resolve("work/.gallery.building");
    for (Object[] remedy :
        new Object[][] {
          {"gallery", "add", "--resume", "--model", model, gallery, photos},
          {"gallery", "build", "--resume", "--model", model, gallery, photos},
          {"gallery", "build", "--replace", "--model", model, gallery, photos},
          {"gallery", "calibrate", gallery},
        }) {
      mark("add " + photos); // as a killed command leaves it
      String told = "a command that added images was ended early; the same command with --resume";
      assertToldByReaders(told);
      Ran.run(remedy).ends(0);
      assertWhole();
      Files.writeString(beside, "x");
      assertToldByReaders(told);
      Files.writeString(besideBuild, "x"); // not of this gallery, which has its threshold
      assertToldByReaders(told);
      Ran.run(remedy).ends(0);
      assertThat(beside).as("after " + remedy[1]).doesNotExist();
      assertWhole();
    }
    // While one is at work all is as it should be.
    mark("add " + photos);
    try (PlaceLock _ = PlaceLock.take(gallery, "add-lock").orElseThrow()) {
      assertThat(Ran.run("gallery", "info", gallery).out()).doesNotContain("Unfinished");
    }
  }

  @Test
  void signsOfEarlierVersionsSayNothingOfAWholeGallery() throws IOException {
    Path sign = folder.resolve("work/.gallery.building");
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Files.writeString(sign, "x");
    assertWhole();
    // A folder of somebody's has the name by chance.
    Files.delete(sign);
    Files.createDirectories(sign);
    try (LocalGallery opened = LocalGallery.open(gallery)) {
      opened.removeCalibration();
    }
    assertWhole();
    Files.delete(sign);
    // The new gallery was a draft when the build that was to replace this one was killed.
    Files.writeString(sign, "x");
    assertToldByReaders("half made");
    Path draft = folder.resolve("work/.gallery.fovea-draft-" + UUID.randomUUID());
    Files.createDirectories(draft);
    assertWhole();
  }

  @Test
  void whatWasBeingAddedIsStillLackingWhenSomethingElseWas() throws IOException {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Path mark = mark("add " + photos + " --label banner");
    Ran.run("gallery", "add", "--resume", "--model", model, gallery, photos).ends(0);
    assertThat(mark).hasContent("add " + photos + " --label banner");
    assertToldByReaders("goes on (it took " + photos + " --label banner)");
  }

  @Test
  void anAdditionThatFailsLeavesASignWhereItHasTakenSome() throws IOException {
    Path mark = gallery.resolve("UNFINISHED");
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    for (boolean kept : new boolean[] {false, true}) {
      assertThatThrownBy(() ->
              Unfinished.adding(
                  gallery,
                  "photos",
                  () -> kept,
                  () -> {
                    assertThat(mark).hasContent("add photos");
                    throw new CommandException("the disk is full");
                  }))
          .hasMessage("the disk is full");
      assertThat(Files.exists(mark)).isEqualTo(kept);
    }
  }

  @Test
  void aBuildThatFailsLeavesASignWhereItHasTakenSome() throws IOException {
    var settings = new GallerySettings("model", 4, Similarity.COSINE);
    assertThatThrownBy(() ->
            NewGallery.makeInPlace(
                gallery,
                "photos",
                settings,
                opened -> {
                  opened.add(NewEntry.of("flag", new float[] {1, 0, 0, 0}));
                  throw new CommandException("the disk is full");
                }))
        .hasMessage("the disk is full");
    assertThat(gallery.resolve("UNFINISHED")).hasContent("build photos");
  }

  private void assertToldByReaders(String what) {
    assertThat(Ran.run("gallery", "info", gallery).ends(0).out()).contains("Unfinished: ", what);
    Path query = photos.resolve("flag/0.png");
    Ran asked = Ran.run("recognize", "--json", "--model", model, "-g", gallery, query).ends(0);
    assertThat(asked.json().at("/warnings/0").asString()).contains(what);
    for (Ran told :
        List.of(
            asked,
            Ran.run("gallery", "list", gallery).ends(0),
            Ran.run("gallery", "eval", gallery, "--model", model, "--queries", photos).ends(0),
            Ran.run("gallery", "export", "--replace", gallery, folder.resolve("out.jsonl"))
                .ends(0))) {
      assertThat(told.err())
          .startsWith("fovea: warning: " + gallery + ": unfinished: ")
          .contains(what);
    }
  }

  /// A gallery that is there by the time that another command begins to make one.
  @Test
  void aGalleryThatLostItsManifestIsNotTakenForABegunOne() throws IOException {
    Path headless = folder.resolve("headless");
    Ran.run("gallery", "build", "--model", model, headless, photos).ends(0);
    Files.delete(headless.resolve("MANIFEST"));
    String[] before = headless.toFile().list();
    Ran.run("gallery", "info", headless).failsWith("damaged: its file MANIFEST is missing");
    for (String option : List.of("--replace", "--resume", "--quiet")) {
      Ran.run("gallery", "build", option, "--model", model, headless, photos)
          .failsWith("lost its file MANIFEST");
    }
    assertThat(headless.toFile().list()).containsExactlyInAnyOrder(before);
  }

  @Test
  void nobodysFinishedGalleryIsRemoved() throws IOException {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    var settings = new GallerySettings(GalleryMovesTest.id(gallery), 4, Similarity.COSINE);
    assertThatThrownBy(() -> NewGallery.makeInPlace(gallery, "photos", settings, _ -> {}))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("there is a gallery now");
    assertThatThrownBy(() -> NewGallery.make(gallery, false, settings, _ -> {}))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("a gallery already");
    assertThat(Ran.run("gallery", "info", gallery).ends(0).out()).contains("6 images");
    // Killed between two moves; the next command would go on where nothing seems to be.
    Path old = folder.resolve("work/.gallery.fovea-old-00000000-0000-0000-0000-000000000003");
    Files.move(gallery, old);
    Ran.run("gallery", "build", "--resume", "--model", model, gallery, photos)
        .failsWith("the same command again goes on with it");
    assertThat(Ran.run("gallery", "info", gallery).ends(0).out()).contains("6 images");
    Ran.run("gallery", "build", "--resume", "--model", model, gallery, photos).ends(0);
    // Killed there, and again before a gallery had been made in its place: the old one is all there
    // is.
    Files.move(gallery, old);
    Files.createFile(Files.createDirectory(gallery).resolve("LOCK"));
    Ran.run("gallery", "build", "--model", model, gallery, photos).failsWith("a gallery already");
    assertThat(Ran.run("gallery", "info", gallery).ends(0).out()).contains("6 images");
  }

  @Test
  void aBuildThatComesToNothingRemovesWhatItMadeAndNothingElse() throws IOException {
    var settings = new GallerySettings("model", 4, Similarity.COSINE);
    NewGallery.Filling nothing =
        _ -> {
          throw new CommandException("nothing can be used");
        };
    assertThatThrownBy(() -> NewGallery.makeInPlace(gallery, "photos", settings, nothing))
        .hasMessage("nothing can be used");
    assertThat(gallery).doesNotExist();
    // An empty folder of somebody's stays, and so does what comes into it meanwhile.
    Files.createDirectory(gallery);
    assertThatThrownBy(() -> NewGallery.makeInPlace(gallery, "photos", settings, nothing))
        .hasMessage("nothing can be used");
    assertThat(gallery).isEmptyDirectory();
    Path note = gallery.resolve("note.txt");
    assertThatThrownBy(() ->
            NewGallery.makeInPlace(
                gallery,
                "photos",
                settings,
                _ -> {
                  Files.writeString(note, "mine");
                  throw new CommandException("nothing can be used");
                }))
        .hasMessage("nothing can be used");
    assertThat(note).hasContent("mine");
    assertThat(gallery)
        .isDirectoryContaining(note::equals)
        .isDirectoryNotContaining("glob:**/LOCK");
  }

  @Test
  void aBuildThatFailsLeavesNoFoldersAbove() throws IOException {
    Path bad =
        Files.writeString(folder.resolve("bad.txt"), folder.resolve("nothing.png") + "\tx\n");
    Path deep = folder.resolve("new/deep/gallery");
    Ran.run("gallery", "build", "--model", model, deep, bad).ends(1);
    Ran.run("gallery", "build", "--resume", "--model", model, deep, bad).ends(1);
    Path config =
        Files.writeString(
            folder.resolve("append.yaml"), "IndexProcess: {index_operation: append}\n");
    Ran.run("gallery", "build", "-c", config, "--model", model, deep, bad).ends(1);
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void aPlaceWhereNothingCanBeMadeIsNamedWithTheReason() throws IOException {
    Path file = Files.writeString(folder.resolve("file.txt"), "mine");
    for (String resume : List.of("--resume", "--replace")) {
      Ran.run("gallery", "build", "--model", model, file.resolve("g"), photos, resume)
          .failsWith(
              file.resolve("g") + ": no gallery can be made here: " + file + " is no folder");
    }
  }

  @Test
  void aGalleryMayHaveALongName() {
    Path named = folder.resolve("例".repeat(85));
    Ran.run("gallery", "build", "--model", model, named, photos).ends(0);
    Ran.run("gallery", "build", "--replace", "--model", model, named, photos).ends(0);
    Ran.run("gallery", "build", "--resume", "--model", model, named, photos).ends(0);
  }

  @Test
  void filesOfOthersInAGalleryAreNotReplacedWithIt() throws IOException {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    Path note = Files.writeString(gallery.resolve("note.txt"), "mine");
    Ran.run("gallery", "build", "--replace", "--model", model, gallery, photos)
        .failsWith("holds more than the gallery, which building it anew would remove: note.txt");
    assertThat(note).hasContent("mine");
    Files.move(note, gallery.resolve(".DS_Store"));
    Ran.run("gallery", "build", "--replace", "--model", model, gallery, photos).ends(0);
  }

  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void aGalleryThatIsOpenForWritingIsNotReplaced() {
    Ran.run("gallery", "build", "--model", model, gallery, photos).ends(0);
    try (LocalGallery opened = LocalGallery.open(gallery)) {
      Ran.run("gallery", "build", "--replace", "--model", model, gallery, photos)
          .failsWith("open for writing elsewhere");
      assertThat(opened.info().entries()).isEqualTo(6);
    }
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path real = Files.createDirectories(folder.resolve("disk/real"));
    Path link = folder.resolve("work/link");
    Files.createSymbolicLink(link, real);
    Ran.run("gallery", "build", "--model", model, link, photos).ends(0);
    Ran.run("gallery", "build", "--replace", "--model", model, link, photos).ends(0);
    assertThat(link).isSymbolicLink();
    assertThat(real.resolve("MANIFEST")).exists();
  }

  @Test
  void aFileWithTwoLabelsKeepsBothWhenABuildGoesOn() throws IOException {
    Path list = folder.resolve("list.txt");
    Files.writeString(
        list,
        photos.resolve("flag/0.png")
            + "\tflag\n"
            + photos.resolve("flag/0.png")
            + "\tbanner\n"
            + photos.resolve("door/0.png")
            + "\tdoor\n");
    for (int i = 0; i < 2; i++) {
      Ran.run("gallery", "build", "--resume", "--allow-duplicates", "--model", model, gallery, list)
          .ends(0);
      try (LocalGallery opened = LocalGallery.openReadOnly(gallery)) {
        assertThat(opened.labels()).containsOnlyKeys("flag", "banner", "door");
      }
    }
  }
}
