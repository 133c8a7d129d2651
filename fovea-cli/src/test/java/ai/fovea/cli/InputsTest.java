package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Patterns, lists and standard input in place of paths.
@Tag("native")
class InputsTest {
  @TempDir Path folder;
  private Path model;
  private Path photos;

  @BeforeEach
  void photos() throws IOException {
    model = Tiny.embedder(folder.resolve("model"));
    photos = folder.resolve("photos");
    for (String name : List.of("a.png", "mug/b.png", "mug/old/c.png", "mug/.hidden/d.png")) {
      Path file = photos.resolve(name);
      Files.createDirectories(file.getParent());
      Tiny.flag(file, name.length() % 3);
    }
    Files.writeString(photos.resolve("mug/notes.txt"), "nothing");
  }

  private static Ran run(InputStream in, Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.run(
            in,
            new PrintWriter(out),
            new PrintWriter(err),
            Arrays.stream(args).map(String::valueOf).toArray(String[]::new));
    return new Ran(status, out.toString(), err.toString());
  }

  private static List<String> images(Ran ran) {
    List<String> names = new ArrayList<>();
    ran.ends(0).json().path("images").forEach(p -> names.add(p.path("image").asString()));
    return names;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "*.png;a.png",
        "**/*.png;a.png mug/b.png mug/old/c.png",
        "*/*.png;mug/b.png",
        "mug/**/*.png;mug/b.png mug/old/c.png",
        "mug/[bx].*;mug/b.png",
        "mug/.hidden/*.png;mug/.hidden/d.png",
        "{a,mug/b}.png;a.png mug/b.png"
      })
  void patternsAreThoseOfShells(String pattern, String found) {
    Ran ran = Ran.run("predict", "--json", "--model", model, photos + "/" + pattern);
    assertThat(images(ran))
        .containsExactly(
            Arrays.stream(found.split(" "))
                .map(n -> photos.resolve(n).toString())
                .toArray(String[]::new));
  }

  @Test
  void aPatternThatNothingMatchesIsAProblem() {
    Ran.run("predict", "--model", model, photos + "/*.gif").failsWith("no file matches");
    Ran ran = Ran.run("predict", "--model", model, photos + "/[").ends(2);
    assertThat(ran.err()).contains("not a pattern");
  }

  @Test
  void aNameWithSignsOfPatternsIsItself() throws IOException {
    Path odd = Tiny.flag(photos.resolve("odd[1].png"), 1);
    assertThat(images(Ran.run("predict", "--json", "--model", model, odd)))
        .containsExactly(odd.toString());
  }

  @Test
  void anImageComesOnStandardInput() throws IOException {
    byte[] image = Files.readAllBytes(photos.resolve("a.png"));
    Ran ran = run(new ByteArrayInputStream(image), "predict", "--json", "--model", model, "-");
    assertThat(images(ran)).containsExactly("-");
    assertThat(ran.json().at("/images/0/features"))
        .isEqualTo(
            Ran.run("predict", "--json", "--model", model, photos.resolve("a.png"))
                .json()
                .at("/images/0/features"));
    assertThat(run(InputStream.nullInputStream(), "predict", "--model", model, "-").ends(1).err())
        .contains("nothing came on standard input");
    assertThat(run(InputStream.nullInputStream(), "predict", "-", "-").status()).isIn(1, 2);
    Ran broken =
        run(new ByteArrayInputStream(new byte[] {1, 2, 3}), "predict", "--model", model, "-");
    assertThat(broken.ends(1).err()).startsWith("fovea: -: ").doesNotContain("fovea-standard");
  }

  @Test
  void aListComesOnStandardInputOrInAFile() throws IOException {
    String list = photos.resolve("a.png") + "\n" + photos.resolve("mug/b.png") + "\n";
    var in = new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8));
    assertThat(images(run(in, "predict", "--json", "--model", model, "-"))).hasSize(2);
    Path file = Files.writeString(photos.resolve("list.txt"), "a.png\nmug/b.png 7\nnone.png\n");
    Ran ran = Ran.run("predict", "--json", "--model", model, file).ends(1);
    assertThat(ran.json().path("images").size()).isEqualTo(2);
    assertThat(ran.err()).contains("none.png: no such file");
  }

  @Test
  void galleriesAreBuiltFromAListOnStandardInput() throws IOException {
    String list = photos.resolve("a.png") + "\tmug\n" + photos.resolve("mug/b.png") + "\tbowl\n";
    byte[] bytes = list.getBytes(StandardCharsets.UTF_8);
    Path gallery = folder.resolve("gallery");
    Ran built =
        run(
            new ByteArrayInputStream(bytes),
            "gallery",
            "build",
            "--json",
            "--model",
            model,
            gallery,
            "-");
    assertThat(built.ends(0).json().at("/info/entries").asInt()).isEqualTo(2);
    Ran wrong =
        run(new ByteArrayInputStream(bytes), "gallery", "add", gallery, "--label", "x", "-");
    wrong.ends(2);
  }

  @Test
  void queriesAndNegativesComeFromStandardInputAndPatterns() throws IOException {
    Path gallery = folder.resolve("gallery");
    Path labels = folder.resolve("labels");
    for (int i = 0; i < 2; i++) {
      Tiny.flag(labels.resolve("flag/" + i + ".png"), i);
      Tiny.door(labels.resolve("door/" + i + ".png"), i);
    }
    Ran.run("gallery", "build", "--model", model, gallery, labels).ends(0);
    String list =
        labels.resolve("flag/0.png") + "\tflag\n" + labels.resolve("none.png") + "\tflag\n";
    byte[] bytes = list.getBytes(StandardCharsets.UTF_8);
    Object[] eval = {"gallery", "eval", "--json", "--model", model, gallery, "--queries", "-"};
    Ran ran = run(new ByteArrayInputStream(bytes), eval).ends(1);
    assertThat(ran.json().path("queries").asInt()).isEqualTo(1);
    assertThat(ran.err()).contains("none.png").doesNotContain("fovea-standard");
    for (String name : List.of("one", "two")) {
      Files.writeString(labels.resolve(name + ".txt"), "flag/0.png flag\ndoor/1.png door\n");
    }
    eval[eval.length - 1] = labels + "/*.txt";
    assertThat(Ran.run(eval).ends(0).json().path("queries").asInt()).isEqualTo(4);

    Path unlike = Tiny.chequers(folder.resolve("unlike/0.png"), 3);
    Object[] calibrate = {
      "gallery", "calibrate", "--json", "--model", model, gallery, "--negatives", "-"
    };
    int without =
        Ran.run("gallery", "calibrate", "--json", gallery)
            .ends(0)
            .json()
            .at("/calibration/between_scores")
            .asInt();
    byte[] negatives = (unlike + "\n").getBytes(StandardCharsets.UTF_8);
    assertThat(
            run(new ByteArrayInputStream(negatives), calibrate)
                .ends(0)
                .json()
                .at("/calibration/between_scores")
                .asInt())
        .isEqualTo(without + 1);
    calibrate[calibrate.length - 1] = folder + "/unlike/*.png";
    assertThat(Ran.run(calibrate).ends(0).json().at("/calibration/between_scores").asInt())
        .isEqualTo(without + 1);

    Ran update =
        run(
            new ByteArrayInputStream(Files.readAllBytes(unlike)),
            "gallery",
            "update",
            "--model",
            model,
            gallery,
            "0",
            "-");
    update.ends(0);
    assertThat(Ran.run("gallery", "find", "--json", gallery, 0).out())
        .contains("\"label\"")
        .doesNotContain("flag/0.png", "door/0.png", "fovea-standard");
    Ran.run("gallery", "update", "--model", model, gallery, 0, labels + "/flag/*.png")
        .failsWith("2 files are named, expected one");
    Ran.run("gallery", "update", "--model", model, gallery, 0, folder + "/unlike/*").ends(0);
    Ran broken =
        run(
            new ByteArrayInputStream(new byte[] {1, 2, 3}),
            "gallery",
            "update",
            "--model",
            model,
            gallery,
            "0",
            "-");
    assertThat(broken.ends(1).err()).startsWith("fovea: -: ").doesNotContain("fovea-standard");
  }

  @Test
  void aConfigurationNamesAListOfImagesToRecognize() throws IOException {
    Path gallery = folder.resolve("gallery");
    Path labels = folder.resolve("labels");
    for (String name : List.of("red", "green")) {
      Path file = labels.resolve(name).resolve(name + ".png");
      Files.createDirectories(file.getParent());
      Tiny.flag(file, name.length());
    }
    Ran.run("gallery", "build", "--model", model, gallery, labels).ends(0);
    Files.writeString(labels.resolve("list.txt"), "red/red.png red\ngreen/green.png red\n");
    Path config =
        Files.writeString(
            folder.resolve("evaluation.yaml"),
            """
            Global: {infer_imgs: nowhere.jpg, rec_inference_model_dir: %s}
            Eval: {name: Flags, image_root: %s, cls_label_path: %s}
            IndexProcess: {index_dir: %s, return_k: 1, score_thres: 0.5}
            """
                .formatted(model, labels, labels.resolve("list.txt"), gallery));
    Ran ran = Ran.run("recognize", "--json", "-c", config).ends(0);
    assertThat(ran.json().path("images").size()).isEqualTo(2);
    assertThat(ran.json().at("/evaluation/images").asInt()).isEqualTo(2);
    assertThat(ran.json().at("/evaluation/right").asInt()).isEqualTo(1);
    assertThat(Ran.run("recognize", "-c", config).ends(0).out()).contains("1 of 2 images right");
  }

  @Test
  void aFolderThatIsNoGallerySaysWhatItIs() throws IOException {
    Path faiss = Files.createDirectories(folder.resolve("faiss"));
    Files.write(faiss.resolve("vector.index"), new byte[8]);
    Ran.run("gallery", "info", faiss).failsWith("fovea gallery import");
    Ran.run("recognize", "--gallery", faiss, photos.resolve("a.png"))
        .failsWith("fovea gallery import");
    Ran.run("gallery", "info", photos).failsWith("this folder holds no gallery");
    Ran.run("gallery", "info", model).failsWith("a model folder");
    Ran.run("gallery", "info", folder.resolve("none")).failsWith("no such folder");
    Ran.run("gallery", "info", photos.resolve("a.png")).failsWith("this is a file");
  }
}
