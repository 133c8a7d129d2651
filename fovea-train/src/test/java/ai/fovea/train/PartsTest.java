package ai.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.config.Config;
import ai.fovea.export.Exporter;
import ai.fovea.graph.NDArray;
import ai.fovea.plan.Recipe;
import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trainings put together from parts: several networks, mixed labels, schedules that remember, an early end.
@Tag("native")
class PartsTest {
  private static final List<String> SEEDLESS = List.of("epoch", "global_step");

  @TempDir Path folder;
  private Path data = Path.of("");

  @BeforeEach
  void images() throws IOException {
    data = Files.createDirectory(folder.resolve("images"));
    TinyImages.write(data);
  }

  private List<String> train(Path output, String... options) throws IOException {
    var lines = new ArrayList<String>();
    new Trainer(TinyImages.classifier(data, output, options), 1, LogLines.to(lines::add)).run();
    return lines;
  }

  private static Checkpoint latest(Path output, String model) throws IOException {
    return Checkpoint.read(output.resolve(model).resolve("latest"));
  }

  /// Trains six epochs in one go, and in two parts, and compares all that the checkpoints hold.
  private void resumesBitEqual(String model, String... options) throws IOException {
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    train(whole, with(options, "Global.epochs=6"));
    // Ended in its fourth epoch: schedules that end with the training see the same length.
    var cancellation = new Cancellation();
    TrainListener end =
        event -> {
          if (event instanceof TrainEvent.IterationDone done && done.epoch() == 4) {
            cancellation.cancel();
          }
        };
    new Trainer(
            TinyImages.classifier(data, parts, with(options, "Global.epochs=6")),
            1,
            end,
            cancellation)
        .run();
    assertThat(latest(parts, model).states()).containsEntry("epoch", 3.0);
    train(
        parts,
        with(
            options,
            "Global.epochs=6",
            "Global.checkpoints=" + parts.resolve(model).resolve("latest")));
    Checkpoint expected = latest(whole, model);
    Checkpoint resumed = latest(parts, model);
    assertThat(expected.states()).containsKeys(SEEDLESS.toArray(String[]::new));
    assertThat(resumed.states()).isEqualTo(expected.states());
    assertThat(expected.weights()).isNotEmpty();
    same(expected.weights(), resumed.weights());
    assertThat(resumed.optimizers()).hasSameSizeAs(expected.optimizers());
    for (int i = 0; i < expected.optimizers().size(); i++) {
      Checkpoint.OptimizerState one = expected.optimizers().get(i);
      same(one.accumulators(), resumed.optimizers().get(i).accumulators());
      assertThat(resumed.optimizers().get(i).schedule()).isEqualTo(one.schedule());
    }
  }

  private static String[] with(String[] options, String... more) {
    var all = new ArrayList<>(List.of(options));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static void same(Map<String, NDArray> expected, Map<String, NDArray> got) {
    assertThat(got.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, array) ->
        assertThat(got.get(name).memory().mismatch(array.memory())).as(name).isEqualTo(-1));
  }

  @Test
  void aStudentLearnsFromATeacherThatStaysAsItIs() throws IOException {
    String[] distillation = TinyImages.distillation();
    List<String> lines = train(folder.resolve("first"), with(distillation, "Global.epochs=1"));
    assertThat(lines)
        .anyMatch(l -> l.contains("CELoss_Student: ") && l.contains("loss_dist_Student_Teacher: "))
        .anyMatch(l -> l.startsWith("[Eval][Epoch 1][Avg]top1: "));
    Map<String, NDArray> one = latest(folder.resolve("first"), "DistillationModel").weights();
    resumesBitEqual("DistillationModel", distillation);
    Map<String, NDArray> six = latest(folder.resolve("whole"), "DistillationModel").weights();
    one.forEach((name, array) -> {
      boolean equal = six.get(name).memory().mismatch(array.memory()) == -1;
      if (name.startsWith("Teacher.")) {
        assertThat(equal).as(name).isTrue();
      } else if (name.endsWith("conv.weight")) {
        assertThat(equal).as(name).isFalse();
      }
    });
    Path best = folder.resolve("whole/DistillationModel");
    assertThat(best.resolve("best_model_student.pdparams")).exists();
    // The student can be measured and exported on its own.
    for (String weights : List.of("best_model", "best_model_student")) {
      Recipe recipe =
          TinyImages.classifier(
              data,
              folder.resolve("measured"),
              with(distillation, "Global.pretrained_model=" + best.resolve(weights)));
      assertThat(Trainer.evaluate(recipe, 1, _ -> {}).metrics()).containsKey("top1");
      Exporter.export(recipe, folder.resolve(weights), _ -> {});
      assertThat(folder.resolve(weights).resolve("inference.onnx")).exists();
    }
  }

  @Test
  void aScheduleThatRemembersGoesOnWhereItWas() throws IOException {
    resumesBitEqual(
        "PPLCNet_x0_25",
        "Optimizer.lr={'name':'ReduceOnPlateau','learning_rate':0.1,'factor':0.5,'patience':0,"
            + "'threshold':10.0,'by_epoch':True}");
    Map<String, Double> schedule =
        latest(folder.resolve("parts"), "PPLCNet_x0_25").optimizers().getFirst().schedule();
    // The first evaluation is the best one, since no later one can be better by 10; each halves the
    // rate.
    assertThat(schedule).containsEntry("last_lr", 0.1 / 32);
  }

  @Test
  void mixedImagesAreTrainedWithMixedLabelsAndShowNoAccuracy() throws IOException {
    String mixing =
        "DataLoader.Train.dataset.batch_transform_ops=[{'OpSampler':{"
            + "'MixupOperator':{'alpha':0.8,'prob':0.4},'CutmixOperator':{'alpha':0.8,'prob':0.4}}}]";
    List<String> plain = train(folder.resolve("plain"), "Global.epochs=1");
    List<String> mixed = train(folder.resolve("mixed"), "Global.epochs=1", mixing);
    assertThat(plain).anyMatch(l -> l.startsWith("[Train][Epoch 1/1][Avg]top1: "));
    assertThat(mixed)
        .anyMatch(l -> l.startsWith("[Train][Epoch 1/1][Avg]CELoss: "))
        .noneMatch(l -> l.startsWith("[Train]") && l.contains("top1"))
        .anyMatch(l -> l.startsWith("[Eval][Epoch 1][Avg]top1: "))
        .contains("Metric.Train: labels are mixed, so that training shows no accuracy");
    resumesBitEqual("PPLCNet_x0_25", mixing);
  }

  @Test
  void centersOfALossAreTrainedSavedAndGoneOnFrom() throws IOException {
    String[] center = {
      "Arch={'name':'RecModel','Backbone':{'name':'PPLCNet_x0_25','class_num':32},"
          + "'Head':{'name':'FC','embedding_size':32,'class_num':6}}",
      "Loss.Train=[{'CELoss':{'weight':1.0}},"
          + "{'CenterLoss':{'weight':0.01,'num_classes':6,'feat_dim':32}}]",
      "Optimizer=[{'Momentum':{'scope':'RecModel','momentum':0.9,"
          + "'lr':{'name':'Constant','learning_rate':0.02}}},"
          + "{'SGD':{'scope':'CenterLoss','lr':{'name':'Constant','learning_rate':0.5}}}]",
    };
    resumesBitEqual("RecModel", center);
    Checkpoint end = latest(folder.resolve("whole"), "RecModel");
    assertThat(end.weights()).containsKey("loss_func.1.centers");
    train(folder.resolve("first"), with(center, "Global.epochs=1"));
    assertThat(
            latest(folder.resolve("first"), "RecModel")
                .weights()
                .get("loss_func.1.centers")
                .floats())
        .isNotEqualTo(end.weights().get("loss_func.1.centers").floats());
  }

  @Test
  void backbonesLossesAndMetricsOfOnesOwnAreNamedByConfigurations() throws IOException {
    String[] own = {
      "Arch={'name':'OneConvolution','class_num':6}",
      "Loss.Train=[{'SquaredLogits':{'weight':2.0,'scale':0.5}},{'CELoss':{'weight':1.0}}]",
      "Metric={'Train':[{'MeanLogit':None}],'Eval':[{'TopkAcc':{'topk':[1]}},{'MeanLogit':None}]}",
      "Global.epochs=2"
    };
    List<String> lines = train(folder.resolve("out"), own);
    assertThat(lines)
        .anyMatch(l ->
            l.startsWith("[Train][Epoch 2/2][Avg]mean_logit: ")
                && l.contains("SquaredLogits: ")
                && l.contains("CELoss: "))
        .anyMatch(l -> l.startsWith("[Eval][Epoch 2][Avg]top1: ") && l.contains("mean_logit: "));
    assertThatThrownBy(() ->
            train(
                folder.resolve("other"), with(own, "Loss.Train=[{'SquaredLogits':{'scael':0.5}}]")))
        .hasMessageContaining("scael")
        .hasMessageContaining("scale");
  }

  /// Mixup of the reference, whose labels are smoothed by the loss.
  @Test
  void aConfigurationOfTheReferenceTrainsWithMixup() throws IOException {
    Config config =
        Config.read(Shared.path("reference/configs/ppcls/ImageNet/ResNet/ResNet50_vd.yaml"));
    var own =
        TinyImages.over(
            data,
            List.of(
                "Arch.class_num=6",
                "DataLoader.Train.dataset.transform_ops.1.RandCropImage.size=32",
                "DataLoader.Eval.dataset.transform_ops.1.ResizeImage.resize_short=36",
                "DataLoader.Eval.dataset.transform_ops.2.CropImage.size=32",
                "Global.epochs=1",
                "Global.output_dir=" + folder.resolve("out")));
    var lines = new ArrayList<String>();
    new Trainer(Recipe.of(config.override(own)), 1, LogLines.to(lines::add)).run();
    assertThat(lines)
        .anyMatch(l -> l.startsWith("[Train][Epoch 1/1][Avg]CELoss: "))
        .noneMatch(l -> l.startsWith("[Train]") && l.contains("top1"));
  }

  /// The reference's own files, with data and sizes replaced.
  @Test
  void aDistillationOfTheReferenceMakesTwentyStepsAndResumesBitEqual() throws IOException {
    Config config =
        Config.read(
            Shared.path(
                "reference/configs/ppcls/ImageNet/Distillation/resnet34_distill_resnet18_dist.yaml"));
    var own =
        TinyImages.over(
            data,
            List.of(
                "Arch.models.0.Teacher.pretrained=False",
                "Optimizer.lr.learning_rate=0.001",
                "Global.eval_during_train=False",
                "Global.save_interval=-1",
                "Arch.models.0.Teacher.class_num=6",
                "Arch.models.1.Student.class_num=6",
                "DataLoader.Train.dataset.transform_ops.1.RandCropImage.size=32",
                "DataLoader.Eval.dataset.transform_ops.1.ResizeImage.resize_short=36",
                "DataLoader.Eval.dataset.transform_ops.2.CropImage.size=32"));
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    var steps = new AtomicInteger();
    run(config, own, whole, "Global.epochs=5", steps);
    assertThat(steps).hasValue(20);
    run(config, own, parts, "Global.epochs=2", steps);
    Path latest = parts.resolve("DistillationModel/latest");
    own.add("Global.checkpoints=" + latest);
    run(config, own, parts, "Global.epochs=5", steps);
    Checkpoint expected = latest(whole, "DistillationModel");
    Checkpoint resumed = Checkpoint.read(latest);
    assertThat(resumed.states()).isEqualTo(expected.states()).containsEntry("global_step", 20.0);
    same(expected.weights(), resumed.weights());
    same(
        expected.optimizers().getFirst().accumulators(),
        resumed.optimizers().getFirst().accumulators());
  }

  private static void run(
      Config config, List<String> options, Path output, String more, AtomicInteger steps)
      throws IOException {
    var all = new ArrayList<>(options);
    all.add("Global.output_dir=" + output);
    all.add(more);
    TrainListener counter =
        event -> {
          if (event instanceof TrainEvent.IterationDone) {
            steps.incrementAndGet();
          }
        };
    new Trainer(Recipe.of(config.override(all)), 1, counter).run();
  }

  @Test
  void aTrainingEndsWhereItGetsNoBetterOrIsCancelled() throws IOException {
    assertThatThrownBy(() -> new EarlyStop(0)).hasMessageContaining("must be 1 or more");
    var events = new ArrayList<TrainEvent>();
    var cancellation = new Cancellation();
    TrainListener listener =
        event -> {
          events.add(event);
          if (event instanceof TrainEvent.IterationDone done && done.epoch() == 2) {
            cancellation.cancel();
          }
        };
    var outcome =
        new Trainer(
                TinyImages.classifier(data, folder.resolve("out"), "Global.epochs=4"),
                1,
                listener,
                cancellation)
            .run();
    assertThat(events.getLast()).isEqualTo(new TrainEvent.Stopped(2, "cancelled"));
    assertThat(outcome.weights()).isPresent();
    assertThat(latest(folder.resolve("out"), "PPLCNet_x0_25").states())
        .containsEntry("epoch", 1.0)
        .doesNotContainKey("to_evaluate");
  }
}
