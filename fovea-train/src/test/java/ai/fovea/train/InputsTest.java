package ai.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.base.PlaceLock;
import ai.fovea.base.Problems;
import ai.fovea.config.ConfigException;
import ai.fovea.plan.Inputs;
import ai.fovea.plan.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is wrong with a configuration or its inputs is found before anything long starts, all of it at once.
@Tag("native")
class InputsTest {
  @TempDir Path folder;
  private Path data = Path.of("");

  @BeforeEach
  void images() throws IOException {
    data = Files.createDirectory(folder.resolve("images"));
    TinyImages.write(data);
  }

  private Recipe recipe(String... options) {
    return TinyImages.recipe(data, folder.resolve("output"), options);
  }

  private List<String> notes(String... options) {
    return Plan.training(recipe(options), 2, _ -> {}).notes();
  }

  private List<String> problems(String... options) {
    try {
      Plan.training(recipe(options), 2, _ -> {});
    } catch (ConfigException e) {
      return e.problems();
    }
    return List.of();
  }

  @Test
  void ofManyProblemsTheFirstAreShownAndAllAreCounted() {
    var problems = new Problems();
    for (int i = 1; i <= 20_000; i++) {
      problems.add("list.txt:" + i + ": no label");
    }
    assertThatThrownBy(() -> problems.throwIfAny(ConfigException::new))
        .isInstanceOfSatisfying(
            ConfigException.class, e -> assertThat(e.problems()).hasSize(20_000))
        .hasMessageStartingWith("20000 problems:\n  list.txt:1: no label\n")
        .hasMessageEndingWith("list.txt:20: no label\n  and 19980 more");
  }

  @Test
  void aGoodRecipeHasNoProblemsAndTellsNothing() {
    assertThat(notes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Global.epoch=1 Global.epochs",
        "Gobal.epochs=1 Global.epochs",
        "epochs=1 Global.epochs",
        "Global.pretrained_modle=x Global.pretrained_model",
        "EMA.decai=0.9 EMA.decay",
        "Optimizer.momentun=0.8 momentum",
        "Optimizer.lr.warmup_epochs=2 Optimizer.lr.warmup_epoch",
        "Optimizer.regularizer.coef=1 Optimizer.regularizer.coeff",
        "DataLoader.Train.sampler.batchsize=2 batch_size",
        "DataLoader.Train.dataset.image_rot=x DataLoader.Train.dataset.image_root",
        "DataLoader.Train.dataset.transform_ops.1.ResizeImage.sise=3 sise",
        "DataLoader.Eval.Query.sampler.batchsize=2 DataLoader.Eval.Query.sampler.batch_size",
        "Metric.Eval.0.Recallk.topks=[1] Metric.Eval.0.Recallk.topk",
        "Loss.Train.0.CELoss.epsilom=0.1 epsilon",
        "Arch.Backbone.class_nun=3 class_num",
        "Arch.Head.scales=3 scale",
      })
  void aKeyThatNothingReadsIsAnErrorWithTheNearestName(String optionAndNearest) {
    String[] words = optionAndNearest.split(" ");
    String key = words[0].replaceFirst("=.*", "");
    assertThat(problems("Global.eval_during_train=True", words[0]))
        .singleElement()
        .asString()
        .contains(key.substring(key.lastIndexOf('.') + 1))
        .contains(words[1]);
  }

  @Test
  void theSameHoldsWhereOnlyWeightsAreMeasuredOrExported() throws IOException {
    Recipe recipe = recipe("weights=output/latest", "Optimizer.lr.warmup_epochs=2");
    for (var plan :
        List.<Runnable>of(
            () -> Plan.evaluation(recipe, 1, _ -> {}),
            () -> Inputs.export(recipe, "exported", List.of()))) {
      assertThatThrownBy(plan::run)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("-o weights: nothing reads this key")
          .hasMessageContaining("-o Optimizer.lr.warmup_epochs: nothing reads this key");
    }
    // What training reads may stand in a command line that is used for all three.
    Path weights = Files.createFile(folder.resolve("w.pdparams"));
    Inputs.export(
        recipe(
            "Optimizer.lr.warmup_epoch=2",
            "DataLoader.Train.sampler.batch_size=3",
            "Global.pretrained_model=" + weights),
        "exported",
        List.of());
  }

  @Test
  void keysWithoutEffectAreToldOnceAndNewKeysThatAreReadAreNot() {
    assertThat(
            notes(
                "Global.use_visualdl=True",
                "DataLoader.Train.loader.num_workers=0",
                "DataLoader.Train.loader.use_shared_memory=False",
                "AMP.use_amp=False",
                "AMP.level=O1",
                "Global.update_freq=2"))
        .containsExactly("without effect here: Global.use_visualdl, DataLoader.Train.loader, AMP");
  }

  /// Sections that can't be read to their end must not make good options look unread.
  @Test
  void aBadListDoesNotMakeGoodOptionsLookUnread() throws IOException {
    Files.delete(data.resolve("train.txt"));
    assertThat(problems("DataLoader.Train.sampler.batch_size=2", "Optimizer.lr.eta_min=0.001"))
        .singleElement()
        .asString()
        .contains("train.txt");
  }

  @Test
  void imagesArePreparedAsTheNetworkTakesThem() {
    assertThat(problems("Global.image_shape=[3,48,48]", "Global.eval_during_train=True"))
        .hasSize(2)
        .allMatch(p -> p.contains("[3, 32, 32]") && p.contains("-o Global.image_shape=[3,32,32]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AMP={'use_amp':True} AMP.use_amp=False",
        "AMP={'level':'O2'} AMP.use_amp=False",
        "Slim={'prune':{'name':'fpgm'}} Slim=None",
        "Global.use_multilabel=True Global.use_multilabel=False",
        "Global.train_mode=fixmatch Global.train_mode=None",
        "Metric.Train=[{'AccuracyScore':{}}] Metric.Train=None",
      })
  void whatWouldChangeTheResultIsRefusedAndTheRemedyHelps(String optionAndRemedy) {
    String[] words = optionAndRemedy.split(" ");
    assertThat(problems(words[0])).singleElement().asString().endsWith("-o " + words[1]);
    assertThat(problems(words)).isEmpty();
  }

  @Test
  void metricsThatAreNotSupportedAreRefused() {
    assertThat(problems("Global.eval_during_train=True", "Metric.Eval=[{'TprAtFpr':{}}]"))
        .singleElement()
        .asString()
        .contains("Metric.Eval")
        .contains("TprAtFpr");
  }

  @Test
  void weightsThatWouldBeDownloadedMatterOnlyWhereNoOthersAreNamed() {
    assertThatThrownBy(() -> recipe("Arch.Backbone.pretrained=True"))
        .hasMessageStartingWith("Arch.Backbone.pretrained: nothing is downloaded")
        .hasMessageEndingWith("-o Arch.Backbone.pretrained=False");
    assertThatThrownBy(() -> recipe("Arch.pretrained=https://a/b"))
        .hasMessageStartingWith("Arch.pretrained: nothing is downloaded");
    assertThat(recipe("Arch.pretrained=True", "Global.checkpoints=x").checkpoints()).isPresent();
  }

  @Test
  void devices() {
    assertThat(notes("Global.device=gpu")).contains("no usable device 'gpu': the CPU is used");
    assertThat(notes("Global.use_gpu=True")).contains("no usable device 'gpu': the CPU is used");
    assertThat(notes("Global.device=cpu")).noneMatch(n -> n.contains("CPU"));
    assertThat(problems("Global.device=tpu"))
        .containsExactly("Global.device: unknown device 'tpu', expected cpu or gpu");
  }

  /// Problems of one kind do not hide those of another.
  @Test
  void everythingThatIsWrongWithOneStartIsToldAtOnce() throws IOException {
    byte[] whole = Files.readAllBytes(data.resolve("0_0.png"));
    Files.write(data.resolve("cut.png"), Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(
        data.resolve("train.txt"), "0_0.png 0\ngone.png 7\n0_1.png 8\ncut.png 1\n0_2.png\n");
    Files.writeString(data.resolve("query.txt"), "");
    Files.delete(data.resolve("gallery.txt"));
    Recipe bad =
        TinyImages.unchecked(
            data,
            Path.of("/dev/null/output"),
            "Global.eval_during_train=True",
            "Global.epochs=0",
            "Global.device=tpu",
            "Global.save_interval=often",
            "Global.pretrained_model=" + folder.resolve("w"),
            "Global.checkpoints=" + folder.resolve("c"),
            "DataLoader.Train.sampler.batch_size=0",
            "DataLoader.Eval.Gallery.sampler.batch_size=0",
            "Optimizer.lr.learning_rat=1");
    assertThatThrownBy(() -> Plan.training(bad, 2, _ -> {}))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .satisfiesExactlyInAnyOrder(
                        p -> assertThat(p).startsWith("Global.epochs: "),
                        p -> assertThat(p).startsWith("Global.device: "),
                        p -> assertThat(p).startsWith("Global.save_interval: "),
                        p -> assertThat(p).startsWith("Global.output_dir: /dev/null/output: "),
                        p -> assertThat(p).contains("w: no such file of weights"),
                        p -> assertThat(p).contains("c.pdparams: missing"),
                        p -> assertThat(p).contains("train.txt:2: ").contains("does not exist"),
                        p ->
                            assertThat(p)
                                .contains("train.txt: labels up to 8 on 2 lines (first: line 2)"),
                        p -> assertThat(p).contains("train.txt:4: ").contains("cut.png"),
                        p -> assertThat(p).contains("train.txt:5: expected 2 columns"),
                        p -> assertThat(p).startsWith("DataLoader.Train.sampler.batch_size: "),
                        p -> assertThat(p).contains("query.txt: the list is empty"),
                        p -> assertThat(p).contains("gallery.txt: the list file does not exist"),
                        p ->
                            assertThat(p)
                                .startsWith("DataLoader.Eval.Gallery.sampler.batch_size: "),
                        p -> assertThat(p).contains("Optimizer.lr.learning_rat: nothing reads")));
  }

  @Test
  void anEmptyListIsNamed() throws IOException {
    Files.writeString(data.resolve("train.txt"), "\n");
    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith(
            "DataLoader.Train.dataset.cls_label_path: "
                + data.resolve("train.txt")
                + ": the list is empty (line ");
  }

  /// Of whichever phase.
  @ParameterizedTest
  @ValueSource(strings = {"Train", "Eval.Query", "Eval.Gallery"})
  void aListOrFolderThatIsNotThereIsNamedByItsKey(String phase) {
    String dataset = "DataLoader." + phase + ".dataset.";
    String gone = folder.resolve("gone").toString();
    assertThat(
            problems(
                "Global.eval_during_train=True",
                dataset + "cls_label_path=" + gone + ".txt",
                dataset + "image_root=" + gone))
        .containsExactly(
            dataset + "cls_label_path: " + gone + ".txt: the list file does not exist",
            dataset + "image_root: " + gone + ": the folder of the images does not exist");
  }

  @Test
  void whatIsCutIsToldInTheLogOfATraining() {
    assertThat(notes("Optimizer.lr.warmup_epoch=100"))
        .singleElement()
        .asString()
        .startsWith(
            "Optimizer.lr.warmup_epoch: 100 is more than Global.epochs: the warm-up is cut");
  }

  @Test
  void aFolderBesideWhichNothingMayBeWrittenIsToldBefore() throws IOException {
    Path output =
        Files.createDirectories(folder.resolve("output/" + recipe().output().getFileName()));
    Assumptions.assumeFalse(
        "root".equals(System.getProperty("user.name")), "root can write to every folder");
    assertThat(output.getParent().toFile().setReadOnly()).isTrue();
    try {
      assertThat(problems())
          .singleElement()
          .asString()
          .startsWith("Global.output_dir: ")
          .contains("nothing may be written into the folder");
    } finally {
      assertThat(output.getParent().toFile().setWritable(true)).isTrue();
    }
  }

  @Test
  void theSecondTrainingInOneFolderIsRefused() throws IOException {
    Recipe recipe = recipe();
    try (PlaceLock _ = PlaceLock.take(recipe.output(), "training").orElseThrow()) {
      assertThatThrownBy(() -> new Trainer(recipe, 1, _ -> {}).run())
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(recipe.output() + ": another training is running there");
    }
    assertThat(recipe.output().getParent()).doesNotExist();
    // What a killed process has left stops nobody.
    Path left = recipe.output().resolveSibling("." + recipe.output().getFileName() + ".training");
    Files.createDirectories(left.getParent());
    Files.writeString(left, "left");
    new Trainer(recipe("Global.epochs=1"), 1, _ -> {}).run();
    assertThat(left).doesNotExist();
  }

  @Test
  void everythingThatIsWrongWithListsAndImagesIsToldAtOnce() throws IOException {
    byte[] whole = Files.readAllBytes(data.resolve("0_0.png"));
    Files.write(data.resolve("cut.png"), Arrays.copyOf(whole, whole.length / 2));
    Files.write(data.resolve("empty.png"), new byte[0]);
    Files.writeString(data.resolve("text.png"), "no image");
    Files.writeString(data.resolve("train.txt"), "0_0.png 0\n0_1.png 6\ncut.png 1\n");
    Files.writeString(data.resolve("query.txt"), "0_8.png 0\nempty.png 1\ntext.png 2\n");
    assertThat(problems("Global.eval_during_train=True", "Optimizer.lr.learning_rat=1"))
        .hasSize(6)
        .anyMatch(p -> p.startsWith("DataLoader.Train.sampler.batch_size: 12 with drop_last: "))
        .anyMatch(p -> p.contains("Optimizer.lr.learning_rat:"))
        .anyMatch(p ->
            p.endsWith("train.txt: label 6 on line 2, but Arch.Head.class_num is 6: labels 0 to 5"))
        .anyMatch(p -> p.contains("train.txt:3: ") && p.contains("cut.png"))
        .anyMatch(p -> p.contains("query.txt:2: ") && p.contains("empty.png"))
        .anyMatch(p -> p.contains("query.txt:3: ") && p.contains("text.png"));
  }
}
