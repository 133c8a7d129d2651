package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.cli.options.Written;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// Values that no command can mean are refused before anything is done: nothing that these commands name is there.
class OptionChecksTest {
  @TempDir Path folder;

  private static void refuses(Ran ran, String... texts) {
    ran.ends(2);
    assertThat(ran.err()).contains(texts).doesNotContain("Exception", "\tat ");
  }

  @Test
  void allProblemsComeAtOnce() {
    Ran ran =
        Ran.run(
            "gallery",
            "eval",
            "none",
            "--queries",
            "none",
            "-k",
            "0",
            "--threshold",
            "NaN",
            "--held-out",
            "0",
            "--report",
            folder.resolve("none/x.html"));
    refuses(
        ran,
        "--nearest is 0, must be 1 or more",
        "--threshold is NaN, must be a finite number",
        "--held-out is 0, must be 1 or more",
        "x.html: the folder " + folder.resolve("none") + " does not exist");
  }

  @Test
  void whatACommandReadsIsNotReplaced() throws IOException {
    Path list = Files.writeString(folder.resolve("list.txt"), "a.png x");
    Path image = Tiny.flag(folder.resolve("photos/flag.png"), 1);
    String read = ", which the command reads: name another file";
    refuses(
        Ran.run("gallery", "add", "g", list, "--report", list),
        "--report would replace " + list + read);
    refuses(
        Ran.run("gallery", "eval", "g", "--queries", list, "--report", list),
        "--report would replace " + list + read);
    refuses(
        Ran.run("gallery", "build", "g", image.getParent(), "--report", image),
        "--report would replace " + image + " in " + image.getParent() + read);
    assertThat(list).hasContent("a.png x");
    // A report of an earlier run beside the images is none of them.
    Path report = Files.writeString(image.resolveSibling("report.csv"), "image,label,problem");
    Path none = folder.resolve("none");
    Object[] build = {
      "gallery", "build", "--model", none, none, image.getParent(), "--report", report
    };
    assertThat(Ran.run(build).ends(1).err()).doesNotContain(read);
  }

  @Test
  void severalValuesInOneOptionAreEachLookedAt() {
    Object[] eval = {
      "gallery", "eval", "g", "--queries", "q", "--held-out", "3", "--false-accept-rate", "0.1,2"
    };
    refuses(Ran.run(eval), "--false-accept-rate is 2, must be between 0 and 1, both excluded");
    eval[eval.length - 1] = "0.1,0.2";
    Ran.run(eval).ends(1);
  }

  /// What would be passed over in silence is refused.
  @ParameterizedTest
  @CsvSource({
    "gallery eval g --queries q --seed 3, --seed has no meaning without --held-out",
    "gallery eval g --queries q --false-accept-rate 0.1, no meaning without --held-out",
    "gallery eval g --queries q --held-out 3 --threshold 0.5, --held-out and --threshold"
        + " contradict",
    "gallery eval g --queries q --held-out 3 -k 2, --held-out and --nearest contradict",
    "gallery eval g --queries q --held-out 3 --report x.html, --held-out and --report contradict",
    "gallery build g p --replace --resume, --replace and --resume contradict",
    "gallery calibrate g --threshold 0.5 --false-accept-rate 0.1, contradict each other",
    "gallery export g x.jsonl --index Flat, --index is for --as faiss",
    "gallery export g x --as faiss --root r, --root is for --as list and folder",
    "gallery info g --quiet --verbose, --quiet and --verbose contradict"
  })
  void optionsThatWouldHaveNoEffectAreRefused(String words, String text) {
    refuses(Ran.run((Object[]) words.split(" ")), text);
  }

  @Test
  void aConfigurationsListHasItsOwnRootAndLabels() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("c.yaml"),
            "IndexProcess: {index_dir: g, data_file: list.txt, index_operation: append}\n");
    refuses(Ran.run("gallery", "build", "-c", config, "--root", folder), "IndexProcess.image_root");
    refuses(Ran.run("gallery", "build", "-c", config, "--label", "x"), "a list with labels");
    refuses(Ran.run("gallery", "build", "-c", config, "--replace"), "index_operation append");
    refuses(
        Ran.run(
            "gallery",
            "build",
            "-c",
            config,
            "--index",
            "Flat",
            "-o",
            "IndexProcess.index_operation=remove"),
        "--index contradicts IndexProcess.index_operation remove");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e39", "-1e39", "NaN", "Infinity"})
  void scoresThatAreNoNumbersAreRefusedEverywhere(String score) {
    for (List<String> words : UsageTest.commands().toList()) {
      CommandLine line = UsageTest.command(words);
      for (String name : List.of("--threshold", "--score")) {
        OptionSpec option = line.getCommandSpec().findOption(name);
        if (option != null && option.auxiliaryTypes()[0] == Float.class) {
          refuses(
              UsageTest.run(UsageTest.complete(words), name, score),
              name + " is " + score + ", must be a finite number");
        }
      }
    }
  }

  /// What any command writes, by the marks of its options.
  static List<List<String>> written() {
    return UsageTest.present()
        .flatMap(words ->
            UsageTest.command(words).getCommandSpec().options().stream()
                .filter(o -> mark(o).isPresent())
                .map(o -> List.of(String.join(" ", words), o.longestName())))
        .toList();
  }

  private static Optional<Written> mark(OptionSpec option) {
    return option.userObject() instanceof AnnotatedElement field
        ? Optional.ofNullable(field.getAnnotation(Written.class))
        : Optional.empty();
  }

  @Test
  void everyOptionForAFileToWriteIsMarked() {
    assertThat(written())
        .contains(
            List.of("gallery build", "--report"),
            List.of("gallery add", "--report"),
            List.of("gallery import", "--report"),
            List.of("gallery eval", "--report"),
            List.of("gallery calibrate", "--plot"),
            List.of("recognize", "--draw"),
            List.of("demo", "--out"));
  }

  @ParameterizedTest
  @MethodSource("written")
  void placesThatCannotBeWrittenAreRefused(List<String> option) throws IOException {
    List<String> words = List.of(option.get(0).split(" "));
    Written as =
        mark(UsageTest.command(words).getCommandSpec().findOption(option.get(1))).orElseThrow();
    String ending = as.endings().length > 0 ? as.endings()[0] : "";
    Path file = Files.createFile(folder.resolve("file"));
    refuses(
        UsageTest.run(UsageTest.complete(words), option.get(1), file + "/inside" + ending),
        option.get(1) + " ",
        "is no folder");
    if (!as.folder()) {
      refuses(
          UsageTest.run(
              UsageTest.complete(words), option.get(1), folder.resolve("no/x" + ending).toString()),
          "the folder " + folder.resolve("no") + " does not exist");
      Path directory = Files.createDirectories(folder.resolve("directory" + ending));
      refuses(
          UsageTest.run(UsageTest.complete(words), option.get(1), directory.toString()),
          "is a folder, expected a file");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "COSINE, 5, -1 to 1 under cosine",
    "COSINE, -1.5, -1 to 1 under cosine",
    "L2, -0.5, 0 or more under l2"
  })
  void thresholdsThatNoScoreReachesAreRefused(Similarity similarity, String score, String text)
      throws IOException {
    Path gallery = folder.resolve("g");
    try (LocalGallery made =
        LocalGallery.create(gallery, new GallerySettings("m", 2, similarity))) {
      made.add(NewEntry.of("a", new float[] {1, 0}));
      made.add(NewEntry.of("b", new float[] {0, 1}));
    }
    Path image = Files.createFile(folder.resolve("x.png"));
    List<Ran> runs =
        List.of(
            Ran.run("gallery", "calibrate", gallery, "--threshold", score),
            Ran.run("gallery", "merge", gallery, "a", "--into", "b", "--threshold", score),
            Ran.run("gallery", "add", gallery, "--label", "a", image, "--threshold", score),
            Ran.run("gallery", "reembed", gallery, "--threshold", score),
            Ran.run("gallery", "dedupe", gallery, "--score", score),
            Ran.run("gallery", "eval", gallery, "--queries", folder, "--threshold", score),
            Ran.run("recognize", "-g", gallery, image, "--threshold", score));
    for (Ran ran : runs) {
      refuses(ran, " is " + score, text);
    }
    try (LocalGallery same = LocalGallery.openReadOnly(gallery)) {
      assertThat(same.info().calibration()).isEmpty();
      assertThat(same.labels()).containsOnlyKeys("a", "b");
    }
    if (similarity == Similarity.COSINE) {
      Path made = folder.resolve("made");
      refuses(Ran.run("gallery", "build", made, "--label", "a", image, "--threshold", score), text);
      assertThat(made).doesNotExist();
    }
  }
}
