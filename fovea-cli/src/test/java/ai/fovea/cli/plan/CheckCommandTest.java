package ai.fovea.cli.plan;

import static ai.fovea.cli.plan.Ran.run;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.testkit.Shared;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class CheckCommandTest {
  /// A classifier of drawn images; `%s` are further lines of the file.
  private static final String CLASSIFIER =
      """
      Global: {image_shape: [3, 64, 64], epochs: 2, eval_mode: classification}
      Arch: {name: %s, class_num: 4}
      Loss: {Train: [{CELoss: {weight: 1.0}}]}
      Optimizer: {name: Momentum, momentum: 0.9, lr: {name: Cosine, learning_rate: 0.1}}
      DataLoader:
        Train:
          dataset: &data
            name: ImageNetDataset
            image_root: not/there
            cls_label_path: not/there.txt
            transform_ops: [{DecodeImage: {}}, {ResizeImage: {size: 64}}, {NormalizeImage: {}}, {ToCHWImage: {}}]
          sampler: {name: DistributedBatchSampler, batch_size: 4, shuffle: True}
        Eval: {dataset: *data, sampler: {batch_size: 4}}
      Metric: {Train: [{TopkAcc: {topk: [1]}}], Eval: [{TopkAcc: {topk: [1]}}]}
      %s
      """;

  @TempDir Path folder;

  private void write(String name, String network, String more) throws IOException {
    Files.writeString(folder.resolve(name), CLASSIFIER.formatted(network, more));
  }

  @Test
  void anOptionThatFitsNoConfigurationIsWrongUsage() throws IOException {
    Path file = Files.writeString(folder.resolve("any.yaml"), "Global: {}\n");
    for (String option : List.of("bad", "a=b=c")) {
      Ran ran = run("check", file, "-o", option);
      assertThat(ran.status()).isEqualTo(2);
      assertThat(ran.err()).contains("fovea: -o " + option + ": expected ");
    }
  }

  @Test
  void configurationsAreNamedByPatternsAndByAListOnStandardInput() throws IOException {
    write("a.yaml", "PPLCNet_x0_25", "");
    write("b.yaml", "PPLCNet_x0_5", "");
    assertThat(run("check", folder + "/*.yaml").out()).contains("2 of 2 configurations work");
    String list = folder.resolve("a.yaml") + "\n\n" + folder.resolve("b.yaml") + "\n";
    var in = new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8));
    assertThat(run(in, "check", "-").out())
        .contains(folder.resolve("a.yaml") + ": works")
        .contains("2 of 2 configurations work");
    assertThat(run("check", folder, "--markdown", "--json").status()).isEqualTo(2);
    Ran none = run("check", folder + "/*.yaml", folder + "/*.json");
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).contains("*.json: no file matches this pattern");
  }

  /// Also where folders, files and patterns name one file twice.
  @Test
  void filesOfOneNameInSeveralFoldersAreAllTold() throws IOException {
    Path bad = Files.createDirectory(folder.resolve("bad"));
    Path good = Files.createDirectory(folder.resolve("good"));
    write("bad/x.yaml", "NoSuchNet", "");
    write("good/x.yaml", "PPLCNet_x0_25", "");
    write("good/y.yaml", "PPLCNet_x0_25", "");
    for (List<Path> folders : List.of(List.of(bad, good), List.of(good, bad))) {
      Ran ran = run("check", folders.get(0), folders.get(1), good.resolve("y.yaml"));
      assertThat(ran.status()).isEqualTo(1);
      assertThat(ran.out())
          .contains(bad.resolve("x.yaml") + ": ")
          .contains("there is no network 'NoSuchNet'")
          .contains(good.resolve("x.yaml") + ": works")
          .contains(good.resolve("y.yaml") + ": works")
          .contains("2 of 3 configurations work");
    }
  }

  @Test
  void aLineOfAListThatCanBeNoFileIsAProblem() throws IOException {
    write("a.yaml", "PPLCNet_x0_25", "");
    String list = folder.resolve("a.yaml") + "\nno\0name.yaml\n";
    var in = new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8));
    Ran ran = run(in, "check", "-");
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.out()).contains("1 of 1 configurations work");
    assertThat(ran.err()).contains("-:2: can't be the name of a file");
  }

  @Test
  void aConfigurationWorksWithoutItsData() throws IOException {
    write("a.yaml", "PPLCNet_x0_25", "");
    assertThat(run("check", folder))
        .isEqualTo(new Ran(0, "a.yaml: works\n1 of 1 configurations work\n", ""));
  }

  /// What `train` and `predict` refuse.
  @Test
  void optionsThatNothingReadsAndImagesOfAnotherSizeAreProblems() throws IOException {
    write("a.yaml", "PPLCNet_x0_25", "");
    Files.writeString(
        folder.resolve("deployed.yaml"),
        "Global: {inference_model_dir: m}\nPreProcess: {transform_ops: [{ToCHWImage: null}]}\n");
    Ran ran = run("check", folder, "-o", "Global.epochz=3", "-o", "Global.save_interval=often");
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.out())
        .contains("a.yaml: Global.save_interval: expected a whole number")
        .contains("  -o Global.epochz: nothing reads this key; do you mean Global.epochs?")
        .contains("deployed.yaml: -o Global.epochz: nothing reads this key")
        .contains("0 of 2 configurations work");
    assertThat(run("check", folder.resolve("a.yaml"), "-o", "Global.image_shape=[3,48,48]").out())
        .contains("DataLoader.Eval.dataset.transform_ops: prepare images as [3, 64, 64]");
    assertThat(run("check", folder.resolve("a.yaml"), "-o", "Global.epochs=3").status()).isZero();
  }

  @Test
  void aFolderWithoutConfigurationsAndAFileThatIsNotThere() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Ran none = run("check", empty);
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.out()).isEmpty();
    assertThat(none.err())
        .isEqualTo("fovea: " + empty + ": no .yaml and no .yml file in this folder\n");
    Path gone = folder.resolve("gone");
    assertThat(run("check", gone).out())
        .startsWith(gone + ": does not exist\n0 of 1 configurations work");
  }

  /// The reference's AdamW and schedules take any key, and its files hold some that change nothing.
  @Test
  void keysOfFilesThatTheReferenceDoesNotReadAreNoErrors() throws IOException {
    write("a.yaml", "PPLCNet_x0_25", "");
    String adam =
        "Optimizer={'name': 'AdamW', 'weight_decay': 0.05, 'clip_grad': 5.0, 'lr':"
            + " {'learning_rate': 0.1}}";
    assertThat(run("check", folder, "-o", adam).out()).contains("a.yaml: works");
    assertThat(run("check", folder, "-o", "Optimizer.clip_grad=5.0").out())
        .contains("Optimizer.clip_grad");
    Path file = folder.resolve("a.yaml");
    String text = Files.readString(file);
    String rate = "lr: {name: Cosine, ";
    assertThat(text).contains(rate);
    Files.writeString(
        file, text.replace(rate, rate + "decay_epochs: [30], values: [1, 2], verbose: False, "));
    assertThat(run("check", file).out()).contains("works");
  }

  /// Wherever it stands, and whatever else the section takes.
  @Test
  void aKeyOfAFileThatNothingReadsIsAnErrorWithItsLine() throws IOException {
    write("a.yaml", "PPLCNet_x0_25", "");
    Path file = folder.resolve("a.yaml");
    String first = "sampler: {name: DistributedBatchSampler, batch_size: 4, shuffle: True}";
    String text = Files.readString(file);
    assertThat(text).contains(first);
    String identities =
        "name: DistributedRandomIdentitySampler, num_instances: 2, drop_last: False";
    for (String sampler :
        List.of(
            identities + ", batch_size: 4, p: 1",
            "batch_size: 4, p: 1",
            "name: BatchSampler, batch_size: 4, p: 1")) {
      Files.writeString(file, text.replace(first, "sampler: {" + sampler + "}"));
      assertThat(run("check", file).ends(1).out())
          .contains("DataLoader.Train.sampler.p: ")
          .contains("(line 12)");
    }
    for (String section : List.of("Global: {", "Arch: {", "Optimizer: {", "lr: {", "Metric: {")) {
      Files.writeString(file, text.replace(section, section + "misspelt_key: 1, "));
      assertThat(run("check", file).ends(1).out()).contains("misspelt_key: ").contains("(line ");
    }
    Files.writeString(file, text + "Infr: {infer_imgs: x}\n");
    assertThat(run("check", file).ends(1).out())
        .contains("Infr.infer_imgs: nothing reads this key")
        .contains("(line 16)");
    // As an option it is no key of a file that is used elsewhere too.
    String option = "DataLoader.Train.sampler={'batch_size': 4, 'p': 1}";
    Files.writeString(file, text);
    assertThat(run("check", file, "-o", option).out())
        .contains("-o DataLoader.Train.sampler.p: nothing reads this key");
  }

  @Test
  void allProblemsOfAFileAreToldAndTheOtherFilesLookedAt() throws IOException {
    write("a.yaml", "NoSuchNet", "AMP: {use_amp: True}");
    write("b.yml", "PPLCNet_x0_25", "AMP: {use_amp: False}");
    Files.writeString(folder.resolve("c.yaml"), "a: [");
    Ran ran = run("check", folder);
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.out())
        .contains("there is no network 'NoSuchNet'")
        .contains("AMP.use_amp: mixed precision")
        .contains("b.yml: works")
        .contains("c.yaml: ")
        .endsWith("1 of 3 configurations work\n");
    assertThat(run("check", folder.resolve("b.yml"), "-o", "AMP.use_amp=True").status())
        .isEqualTo(1);
  }

  @Test
  void aLossIsTriedOnTheNetworksOutputs() throws IOException {
    write("a.yaml", "PPLCNet_x0_25", "");
    Ran ran =
        run(
            "check",
            folder,
            "-o",
            "Loss.Train=[{'TripletLossV2': {'weight': 1.0, 'margin': 0.5}}]");
    assertThat(ran.out())
        .contains(
            "Loss.Train.0.TripletLossV2: the network has no output 'features'; it has logits");
  }

  @Test
  void stagesAndStridesAreWholeNumbersAsFilesGiveThem() throws IOException {
    write("a.yaml", "PPLCNet_x0_25", "");
    Ran strides = run("check", folder, "-o", "Arch.stride_list=[2, [2, 1], 2, 2, 1]");
    assertThat(strides.out()).contains("a.yaml: works");
    Ran stages = run("check", folder, "-o", "Arch.return_stages=[0, 1]");
    assertThat(stages.out()).contains("a.yaml: works");
  }

  @Test
  void whatIsDoneOtherwiseThanWrittenIsToldThoughItWorks() throws IOException {
    write("a.yaml", "PPLCNet_x0_25", "");
    String option = "Optimizer.lr.warmup_epoch=100";
    Ran ran = run("check", folder.resolve("a.yaml"), "-o", option);
    assertThat(ran.status()).isZero();
    assertThat(ran.out())
        .contains("a.yaml: works\n  warning: Optimizer.lr.warmup_epoch: 100 is more than");
    assertThat(run("check", folder.resolve("a.yaml"), "-o", option, "--json").out())
        .contains("\"warnings\"", "Optimizer.lr.warmup_epoch: 100 is more than");
    assertThat(run("config", folder.resolve("a.yaml"), "-o", option).err())
        .contains("warning: Optimizer.lr.warmup_epoch: 100 is more than");
  }

  @Test
  void theTableInTheGuideIsTrue() throws IOException {
    Path configurations = Shared.path("reference/configs");
    // Tests run in the module's folder.
    Path guide = Path.of("../docs/from-paddleclas.md");
    Ran ran = run("check", "--markdown", configurations);
    assertThat(Files.readString(guide))
        .as(
            "run `./fovea check --markdown CONFIGURATIONS` and put its output below the last"
                + " heading")
        .endsWith(ran.out());
  }
}
