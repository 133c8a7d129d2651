package ai.fovea.cli.train;

import static ai.fovea.cli.train.Ran.run;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.image.Image;
import ai.fovea.image.ImageEncoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// The training commands on a recipe of 16 images, as a user calls them.
@Tag("native")
class CommandsTest {
  @TempDir Path folder;
  private Path recipe = Path.of("");
  private String output = "";

  @BeforeEach
  void copy() throws IOException {
    recipe = TinyRecipe.copy(folder);
    output = "Global.output_dir=" + folder.resolve("o");
  }

  private Path latest() {
    return folder.resolve("o/PPLCNet_x0_25/latest");
  }

  @Test
  void trainedThenMeasuredThenExportedAsTheNextLineSays() throws IOException {
    Ran trained = run("train", "-c", recipe, "-o", output).ends(0);
    String next =
        trained.out().lines().filter(l -> l.startsWith("Next: ")).findFirst().orElseThrow();
    assertThat(next).contains(" export -c " + recipe + " ").endsWith(" --out model");
    String weights = next.replaceFirst(".*(Global.pretrained_model=\\S+).*", "$1");
    assertThat(run("eval", "-c", recipe, "-o", weights).ends(0).out()).contains("top1");
    Path model = folder.resolve("model");
    run("export", "-c", recipe, "-o", weights, "-o", "Global.save_inference_dir=" + model).ends(0);
    assertThat(model.resolve("inference.onnx")).exists();
    Object[] exported = {"export", "-c", recipe, "-o", weights, "--out", model};
    assertThat(run(exported).ends(1).err())
        .contains(model + ": there is a model already; name another folder, or replace it");
    run("export", "-c", recipe, "-o", weights, "--out", model, "--replace").ends(0);
    try (var files = Files.list(model)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("inference.onnx", "inference.yml");
    }
    assertThat(
            run("export", "-c", recipe, "-o", weights, "--out", folder, "--replace").ends(1).err())
        .contains(folder + ": this folder is not empty; name another one");
    assertThat(Files.readString(folder.resolve("o/PPLCNet_x0_25/train.log")))
        .contains("Optimizer : ")
        .contains("fovea INFO: [Train][Epoch 1/2]");
    assertThat(trained.out()).contains("without effect here: ").doesNotContain("new field");

    // Without an export between, the same answer.
    Path image = folder.resolve("images/2-3.jpg");
    Ran inferred =
        run("infer", "--json", "-c", recipe, "-o", weights, "-o", "Infer.infer_imgs=" + image)
            .ends(0);
    Ran predicted = run("predict", "--json", "--model", model, image).ends(0);
    assertThat(JsonMapper.shared().readTree(inferred.out()).path("images"))
        .isNotEmpty()
        .isEqualTo(JsonMapper.shared().readTree(predicted.out()).path("images"));
    assertThat(run("infer", "-c", recipe, image).ends(1).err()).contains("which weights");
    // The folder is tried before anything is read, and told with all else.
    Ran nowhere =
        run("export", "-c", recipe, "-o", "Global.save_inference_dir=/dev/null/m").ends(2);
    assertThat(nowhere.err())
        .contains("Global.save_inference_dir: /dev/null/m: /dev/null is no folder")
        .contains("which weights");

    // What is used is not called without effect, what is not used is told by its key.
    String effect = "without effect here: ";
    assertThat(inferred.out()).doesNotContain(effect);
    assertThat(
            run("infer", "-c", recipe, "-o", weights, "-o", "Infer.infer_imgs=" + image)
                .ends(0)
                .out()
                .lines()
                .filter(l -> l.startsWith(effect)))
        .noneMatch(l -> l.matches(".*\\bInfer(,.*|$)|.*infer_imgs.*|.*topk.*"));
    Ran other =
        run("infer", "-c", recipe, image, "-o", weights, "-o", "Infer.PostProcess.name=Sigmoid");
    assertThat(other.ends(2).err()).contains("Infer.PostProcess.name: Sigmoid is not supported");

    // Nothing is left to do, and no command that would fail is proposed.
    Ran again =
        run("train", "-c", recipe, "-o", output, "-o", "Global.checkpoints=" + latest()).ends(0);
    assertThat(again.out())
        .contains("already trained for all 2 epochs; give more with Global.epochs")
        .doesNotContain("Next:");
  }

  @Test
  void whatIsWrongIsToldBeforeAnythingIsTrained() {
    String train = "DataLoader.Train.dataset.cls_label_path=" + folder + "/";
    String eval = "DataLoader.Eval.dataset.cls_label_path=" + folder + "/";
    // A file that can't be used is a failure, a value of an option that can't be is wrong usage.
    Object[][] cases = {
      {
        train + "train-from-1.txt",
        "train-from-1.txt: label 4 on 3 lines (first: line 10), but Arch.class_num is 4: ",
        1
      },
      {train + "train-cut.txt", "train-cut.txt:13: ", 1},
      {eval + "val-from-1.txt", "Arch.class_num is 4: labels 0 to 3 (do they", 1},
      {eval + "val-cut.txt", "val-cut.txt:5: ", 1},
      {"Global.pretrained_model=" + folder + "/gone", "gone: no such file of weights", 1},
      {"foo", "-o foo: expected key=value, there is no '='", 2},
      {"Global.epoch=1", "-o Global.epoch: nothing reads this key; do you mean Global.epochs?", 2},
      {"Global.device=tpu", "unknown device 'tpu'", 2},
      {"Global.epochs=many", "Global.epochs: expected a whole number", 2},
      {
        "Global.output_dir=/dev/null/o", "Global.output_dir: /dev/null/o: /dev/null is no folder", 2
      },
      {
        "weights=w.pdparams",
        "-o weights: nothing reads this key; do you mean Global.pretrained_model?",
        2
      },
      {
        "Train.resume_path=x",
        "-o Train.resume_path: nothing reads this key; do you mean Global.checkpoints?",
        2
      },
      // Momentum of the reference refuses it.
      {"Optimizer.clip_grad=5.0", "Optimizer.clip_grad", 2},
    };
    for (Object[] one : cases) {
      Ran ran = run("train", "-c", recipe, "-o", output, "-o", one[0]).ends((int) one[2]);
      assertThat(ran.err()).contains((String) one[1]);
      assertThat(folder.resolve("o")).doesNotExist();
    }
    Ran batch =
        run(
                "train",
                "-c",
                recipe,
                "-o",
                output,
                "-o",
                "DataLoader.Train.sampler.batch_size=64",
                "-o",
                "DataLoader.Train.sampler.drop_last=True")
            .ends(2);
    assertThat(batch.err())
        .contains("64 with drop_last: the list " + folder.resolve("train.txt"))
        .contains("has 12 images, which make no batch");
  }

  @Test
  void anUnreadableTrainingImageMayBeReplaced() {
    String list = "DataLoader.Train.dataset.cls_label_path=" + folder.resolve("train-cut.txt");
    String[] skip = {"-o", "Global.replace_unreadable_images=True"};
    Ran ran =
        run(
                "train",
                "-c",
                recipe,
                "-o",
                output,
                "-o",
                list,
                skip[0],
                skip[1],
                "-o",
                "Global.epochs=1")
            .ends(0);
    assertThat(ran.out()).containsPattern("cut\\.jpg.*; .*/0-\\d\\.jpg is taken");
  }

  @Test
  void damagedImagesAreTrainedOnWhereTheyAreAccepted() throws IOException {
    Path damaged = folder.resolve("images/damaged.jpg");
    Files.write(damaged, damagedJpeg());
    Path list = folder.resolve("train.txt");
    Files.writeString(list, Files.readString(list).stripTrailing() + "\ndamaged.jpg 0\n");
    List<Object> words =
        new ArrayList<>(List.of("train", "-c", recipe, "-o", output, "-o", "Global.epochs=1"));
    Ran refused = run(words.toArray()).ends(1);
    assertThat(refused.err()).contains(list + ":13: ", damaged + ": the image is damaged");
    assertThat(folder.resolve("o")).doesNotExist();
    // Left out, the look finds nothing, and training stops where it comes across the image.
    List<Object> unchecked = new ArrayList<>(words);
    unchecked.add("--no-check");
    assertThat(run(unchecked.toArray()).ends(1))
        .satisfies(
            late -> assertThat(late.err()).contains("damaged.jpg"),
            late -> assertThat(late.out()).contains("iterations an epoch"));
    assertThat(run("eval", "--no-check", "--query", list).ends(2).err()).contains("--config");
    words.addAll(List.of("-o", "Global.accept_damaged_images=True"));
    assertThat(run(words.toArray()).ends(0).out()).containsPattern("damaged\\.jpg.*it is taken");
    // Nothing is replaced that can be taken.
    words.addAll(List.of("-o", "Global.replace_unreadable_images=True"));
    assertThat(run(words.toArray()).ends(0).out())
        .containsPattern("damaged\\.jpg.*it is taken")
        .doesNotContain("jpg is taken");
  }

  private static byte[] damagedJpeg() {
    byte[] rgb = new byte[200 * 150 * 3];
    new Random(5).nextBytes(rgb);
    byte[] jpeg = ImageEncoder.jpeg(Image.of(200, 150, rgb), 90);
    Arrays.fill(jpeg, jpeg.length / 2, jpeg.length / 2 + 40, (byte) 0x55);
    return jpeg;
  }

  @Test
  void damagedImagesOfAConfigurationAreMeasuredWhereTheyAreAccepted() throws IOException {
    run("train", "-c", recipe, "-o", output, "-o", "Global.epochs=1").ends(0);
    Path damaged = Files.write(folder.resolve("images/damaged.jpg"), damagedJpeg());
    Path list = folder.resolve("val.txt");
    Files.writeString(list, Files.readString(list).stripTrailing() + "\ndamaged.jpg 0\n");
    List<Object> words =
        new ArrayList<>(List.of("eval", "-c", recipe, "-o", "Global.pretrained_model=" + latest()));
    assertThat(run(words.toArray()).ends(1).err()).contains(damaged + ": the image is damaged");
    words.addAll(List.of("-o", "Global.accept_damaged_images=True"));
    assertThat(run(words.toArray()).ends(0).out())
        .containsPattern("damaged\\.jpg.*it is taken")
        .contains("top1");
  }

  @Test
  void filesOfOtherKindsAreRefusedWithTheWordsOfCheck() throws IOException {
    Path module = Files.writeString(folder.resolve("m.yaml"), "Global: {model: a, mode: train}");
    Path pipeline = Files.writeString(folder.resolve("p.yaml"), "Pipeline: {}");
    Path deployed = Files.writeString(folder.resolve("d.yaml"), "PreProcess: {}");
    for (Path file : List.of(module, pipeline)) {
      String told = run("check", file).ends(1).out().lines().findFirst().orElseThrow();
      for (String command : List.of("train", "eval", "predict", "recognize")) {
        assertThat(run(command, "-c", file).ends(1).err().strip()).isEqualTo("fovea: " + told);
      }
    }
    assertThat(run("train", "-c", deployed).ends(1).err()).contains("`fovea predict -c`");
    assertThat(run("predict", "-c", recipe).ends(1).err()).contains("`fovea infer -c`");
  }

  @Test
  void damagedImagesAreMeasuredWhereTheyAreAccepted() throws IOException {
    Path images = folder.resolve("images");
    Path damaged = Files.write(folder.resolve("damaged.jpg"), damagedJpeg());
    Path list =
        Files.writeString(
            folder.resolve("with-damaged.txt"),
            "%1$s/0-0.jpg 0\n%1$s/0-1.jpg 0\n%2$s 1\n".formatted(images, damaged));
    Ran refused = run("eval", "--json", "--query", list).ends(1);
    assertThat(refused.err()).contains(damaged + ": the image is damaged");
    assertThat(JsonMapper.shared().readTree(refused.out()).path("problems")).hasSize(1);
    Ran taken = run("eval", "--json", "--accept-damaged", "--query", list).ends(0);
    assertThat(taken.err()).contains("warning: " + damaged);
    assertThat(JsonMapper.shared().readTree(taken.out()).path("warnings")).hasSize(1);
    assertThat(run("eval", "-c", list, "--accept-damaged").ends(2).err()).contains("-c goes");
  }

  @Test
  void recallHasItsBase() throws IOException {
    Path images = folder.resolve("images");
    Path gallery = folder.resolve("gallery-two-labels.txt");
    Ran half =
        run("eval", "--root", images, "--query", folder.resolve("query.txt"), "--gallery", gallery)
            .ends(0);
    assertThat(half.out())
        .contains("2 of 4 queries have an image of their label in the gallery; the others do not");
    var json =
        JsonMapper.shared()
            .readTree(
                run(
                        "eval",
                        "--json",
                        "--root",
                        images,
                        "--query",
                        folder.resolve("query.txt"),
                        "--gallery",
                        gallery)
                    .ends(0)
                    .out());
    assertThat(json.path("queries").asInt()).isEqualTo(4);
    assertThat(json.path("queries_with_match").asInt()).isEqualTo(2);
    Ran none =
        run(
                "eval",
                "--root",
                images,
                "--query",
                folder.resolve("query-without-match.txt"),
                "--gallery",
                gallery)
            .ends(1);
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("none of the 2 queries has an image of its label");
    // Lists by a pattern, and on standard input; not both lists at once there.
    byte[] queries = Files.readAllBytes(folder.resolve("query.txt"));
    Object[] eval = {
      "eval", "--root", images, "--query", "-", "--gallery", folder + "/gallery-two*.txt"
    };
    assertThat(run(new ByteArrayInputStream(queries), eval).ends(0).out()).isEqualTo(half.out());
    eval[eval.length - 1] = "-";
    assertThat(run(new ByteArrayInputStream(queries), eval).ends(2).err())
        .contains("'-' stands twice");
    eval[eval.length - 1] = folder + "/no*.txt";
    assertThat(run(new ByteArrayInputStream(queries), eval).ends(1).err())
        .contains("no file matches this pattern");
    // A gallery of the queries themselves, each without itself: labels are there, images are not.
    Path lone = folder.resolve("lone.txt");
    Files.writeString(lone, "0-0.jpg 0\n1-0.jpg 1\n");
    assertThat(run("eval", "--root", images, "--query", lone).ends(1).err())
        .contains("none of the 2 queries");
  }

  @Test
  void anInterruptionTellsWhatWasKeptAndHowToGoOn() throws IOException {
    var told =
        new Interruption(latest().getParent(), from -> "fovea train -o Global.checkpoints=" + from);
    assertThat(told.get()).singleElement().asString().contains("nothing was kept");
    told.saved(latest(), 3);
    assertThat(told.get())
        .containsExactly(
            "interrupted; the state after epoch 3 is kept in " + latest(),
            "next: fovea train -o Global.checkpoints=" + latest());
    Path left = latest().resolveSibling(".latest.next.pdparams");
    Files.createDirectories(left.getParent());
    Files.writeString(left, "half");
    assertThat(told.get())
        .hasSize(3)
        .endsWith(
            "a checkpoint was being saved; the next training there removes what is left of it: "
                + left);
  }

  @Test
  void anotherTrainingInTheFolderIsToldOnStandardError() throws IOException {
    Files.createDirectories(latest().getParent());
    Path former = latest().resolveSibling("epoch_9.pdparams");
    Files.writeString(former, "weights");
    Ran trained = run("train", "-q", "-c", recipe, "-o", output).ends(0);
    assertThat(trained.err()).isEmpty();
    assertThat(former).doesNotExist();
    assertThat(latest().resolveSibling("former-1/epoch_9.pdparams")).hasContent("weights");
    Ran again = run("train", "--json", "-c", recipe, "-o", output).ends(0);
    assertThat(again.err())
        .contains(
            "fovea: warning: "
                + latest().getParent()
                + ": holds checkpoints of another training, which are moved to "
                + latest().resolveSibling("former-2"));
    assertThat(JsonMapper.shared().readTree(again.out()).path("warnings"))
        .singleElement()
        .satisfies(warning ->
            assertThat(warning.asString())
                .contains(latest().resolveSibling("former-2").toString()));
  }
}
