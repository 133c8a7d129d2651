package ai.fovea.train;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.config.ConfigException;
import ai.fovea.export.Exporter;
import ai.fovea.graph.NDArray;
import ai.fovea.plan.Recipe;
import ai.fovea.weights.PaddleParams;
import ai.fovea.weights.WeightsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was trained is kept whatever happens, and what is measured are the weights that were asked for.
@Tag("native")
class KeptTest {
  @TempDir Path folder;
  private Path data = Path.of("");
  private Path output = Path.of("");

  @BeforeEach
  void images() throws IOException {
    data = Files.createDirectory(folder.resolve("images"));
    output = folder.resolve("output");
    TinyImages.write(data);
  }

  private Recipe recipe(String... options) {
    return TinyImages.recipe(data, output, options);
  }

  private Path prefix(String name) {
    return output.resolve("RecModel").resolve(name);
  }

  @Test
  void anEpochIsSavedBeforeItIsEvaluatedAndEvaluatedWhenItGoesOn() throws IOException {
    String[] twice = {"Global.epochs=2", "Global.eval_during_train=True"};
    Path image = data.resolve("0_8.png");
    byte[] bytes = Files.readAllBytes(image);
    TrainListener last =
        event -> {
          if (event instanceof TrainEvent.EpochDone done && done.epoch() == 1) {
            try {
              Files.write(image, new byte[] {1});
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    assertThatThrownBy(() -> new Trainer(recipe(twice), 1, last).run())
        .hasMessageContaining("0_8.png");
    Checkpoint kept = Checkpoint.read(prefix("latest"));
    assertThat(kept.states()).containsEntry("epoch", 1.0).containsKey("to_evaluate");
    assertThat(prefix("best_model.pdparams")).doesNotExist();

    Files.write(image, bytes);
    String goOn = "Global.checkpoints=" + prefix("latest");
    new Trainer(recipe(twice[0], twice[1], goOn), 1, _ -> {}).run();
    Map<String, Double> resumed = Checkpoint.read(prefix("latest")).states();
    Map<String, Double> best = Checkpoint.read(prefix("best_model")).states();
    output = folder.resolve("whole");
    new Trainer(recipe(twice), 1, _ -> {}).run();
    assertThat(resumed).isEqualTo(Checkpoint.read(prefix("latest")).states());
    assertThat(best).isEqualTo(Checkpoint.read(prefix("best_model")).states());
  }

  @Test
  void aTrainingThatIsOverSaysHowToGiveMore() throws IOException {
    new Trainer(recipe("Global.epochs=1"), 1, _ -> {}).run();
    var lines = new ArrayList<String>();
    var outcome =
        new Trainer(
                recipe("Global.epochs=1", "Global.checkpoints=" + prefix("latest")),
                1,
                LogLines.to(lines::add))
            .run();
    assertThat(lines)
        .anyMatch(
            l -> l.startsWith("already trained for all 1 epochs; give more with Global.epochs"));
    assertThat(outcome.weights()).isEmpty();
    new Trainer(
            recipe("Global.epochs=3", "Global.checkpoints=" + prefix("latest")),
            1,
            LogLines.to(lines::add))
        .run();
    new Trainer(
            recipe("Global.epochs=2", "Global.checkpoints=" + prefix("latest")),
            1,
            LogLines.to(lines::add))
        .run();
    assertThat(lines)
        .contains(
            "already trained for all 2 epochs (3 are done); give more with Global.epochs, e.g. -o"
                + " Global.epochs=5");
    assertThat(prefix("former-1")).doesNotExist();
  }

  @Test
  void aFormerTrainingIsToldAndMovedAside() throws IOException {
    String[] saved = {"Global.epochs=2", "Global.save_interval=1"};
    new Trainer(recipe(saved), 1, _ -> {}).run();
    byte[] before = Files.readAllBytes(prefix("epoch_2.pdparams"));
    var lines = new ArrayList<String>();
    String warning =
        "warning: "
            + output.resolve("RecModel")
            + ": holds checkpoints of another training, which are moved to "
            + prefix("former-1")
            + " when the first epoch is done; to go on with that training instead: -o"
            + " Global.checkpoints="
            + prefix("latest");
    // A training that comes to nothing takes nothing away.
    assertThatThrownBy(() ->
            new Trainer(recipe("Optimizer.lr.learning_rate=1e30"), 1, LogLines.to(lines::add))
                .run())
        .isInstanceOf(ArithmeticException.class);
    assertThat(lines).contains(warning);
    assertThat(prefix("former-1")).doesNotExist();
    assertThat(Files.readAllBytes(prefix("epoch_2.pdparams"))).isEqualTo(before);
    lines.clear();
    new Trainer(recipe("Global.epochs=1", "Global.save_interval=1"), 1, LogLines.to(lines::add))
        .run();
    assertThat(lines).contains(warning);
    assertThat(Files.readAllBytes(prefix("former-1/epoch_2.pdparams"))).isEqualTo(before);
    assertThat(Checkpoint.read(prefix("former-1/latest")).states()).containsEntry("epoch", 2.0);
    assertThat(prefix("epoch_2.pdparams")).doesNotExist();
    assertThat(Checkpoint.read(prefix("epoch_1")).states()).containsEntry("epoch", 1.0);
    // What goes on from the former one replaces nothing of this one either.
    new Trainer(
            recipe("Global.epochs=3", "Global.checkpoints=" + prefix("former-1/latest")),
            1,
            LogLines.to(lines::add))
        .run();
    assertThat(Checkpoint.read(prefix("former-2/latest")).states()).containsEntry("epoch", 1.0);
    assertThat(Checkpoint.read(prefix("latest")).states()).containsEntry("epoch", 3.0);
  }

  /// Two lines of epochs in one folder would be taken for one.
  @Test
  void whatIsLaterThanTheCheckpointThatTrainingGoesOnFromIsMovedAside() throws IOException {
    String[] saved = {"Global.epochs=3", "Global.save_interval=1", "Global.eval_during_train=True"};
    new Trainer(recipe(saved), 1, _ -> {}).run();
    Files.move(prefix("epoch_3.pdparams"), prefix("best_model.pdparams"), REPLACE_EXISTING);
    Files.copy(prefix("epoch_3.pdstates"), prefix("best_model.pdstates"), REPLACE_EXISTING);
    byte[] second = Files.readAllBytes(prefix("epoch_2.pdparams"));
    byte[] first = Files.readAllBytes(prefix("epoch_1.pdparams"));
    var lines = new ArrayList<String>();
    var outcome =
        new Trainer(
                recipe(
                    "Global.epochs=2",
                    "Global.save_interval=1",
                    "Global.checkpoints=" + prefix("epoch_1")),
                1,
                LogLines.to(lines::add))
            .run();
    assertThat(lines)
        .anyMatch(l ->
            l.startsWith("warning: ")
                && l.contains(
                    "holds checkpoints of epochs after 1, which are moved to "
                        + prefix("former-1")));
    assertThat(outcome.weights()).contains(prefix("latest"));
    assertThat(Files.readAllBytes(prefix("epoch_1.pdparams"))).isEqualTo(first);
    assertThat(Files.readAllBytes(prefix("former-1/epoch_2.pdparams"))).isEqualTo(second);
    for (String name : List.of("epoch_3.pdstates", "best_model.pdparams", "latest.pdopt")) {
      assertThat(prefix("former-1").resolve(name)).exists();
    }
    assertThat(prefix("epoch_3.pdstates")).doesNotExist();
    assertThat(prefix("best_model.pdparams")).doesNotExist();
    assertThat(prefix("former-1/epoch_1.pdparams")).doesNotExist();
  }

  @Test
  void aTrainingThatWasFinishedMovesNothingAndSaysSo() throws IOException {
    new Trainer(recipe("Global.epochs=1", "Global.save_interval=1"), 1, _ -> {}).run();
    Path first = prefix("latest");
    output = folder.resolve("other");
    new Trainer(recipe("Global.epochs=1"), 1, _ -> {}).run();
    var lines = new ArrayList<String>();
    new Trainer(
            recipe("Global.epochs=1", "Global.checkpoints=" + first), 1, LogLines.to(lines::add))
        .run();
    assertThat(lines)
        .anyMatch(l -> l.startsWith("already trained"))
        .noneMatch(l -> l.contains("moved"));
    assertThat(prefix("former-1")).doesNotExist();
  }

  @Test
  void aLossThatIsNoNumberIsToldWithItsUpdateAndWhatIsLeft() throws IOException {
    assertThatThrownBy(
            () -> new Trainer(recipe("Optimizer.lr.learning_rate=1e30"), 1, _ -> {}).run())
        .isInstanceOf(ArithmeticException.class)
        .hasMessageMatching("(?s).*(at update \\d+ \\(epoch|after epoch).*")
        .hasMessageContaining("no checkpoint was written yet");
    new Trainer(recipe("Global.epochs=1"), 1, _ -> {}).run();
    String latest = prefix("latest").toString();
    assertThatThrownBy(() ->
            new Trainer(
                    recipe("Global.checkpoints=" + latest, "Optimizer.lr.learning_rate=1e30"),
                    1,
                    _ -> {})
                .run())
        .hasMessageContaining("the last good checkpoint is " + latest);
    assertThat(Checkpoint.read(prefix("latest")).states()).containsEntry("epoch", 1.0);
  }

  @Test
  void weightsThatAreMeasuredAreNamedWholeAndFinite() throws IOException {
    new Trainer(recipe("Global.epochs=1"), 1, _ -> {}).run();
    assertThatThrownBy(() -> Trainer.evaluate(recipe(), 1, _ -> {}))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("which weights are to be measured");
    String latest = prefix("latest").toString();
    var fromCheckpoint =
        Trainer.evaluate(recipe("Global.checkpoints=" + latest), 1, _ -> {}).metrics();
    var fromWeights =
        Trainer.evaluate(recipe("Global.pretrained_model=" + latest), 1, _ -> {}).metrics();
    assertThat(fromCheckpoint).isEqualTo(fromWeights);
    assertThatThrownBy(() ->
            Trainer.evaluate(
                recipe("Global.checkpoints=" + latest, "Global.pretrained_model=" + latest),
                1,
                _ -> {}))
        .hasMessageContaining("both name weights");

    Map<String, NDArray> weights = PaddleParams.read(prefix("latest.pdparams")).tensors();
    String name =
        weights.keySet().stream().filter(n -> n.startsWith("backbone")).findFirst().orElseThrow();
    Path cut = folder.resolve("cut.pdparams");
    var fewer = new LinkedHashMap<>(weights);
    fewer.remove(name);
    PaddleParams.write(cut, fewer);
    String from = "Global.pretrained_model=" + cut;
    assertThatThrownBy(() -> Trainer.evaluate(recipe(from), 1, _ -> {}))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("lacks 1 tensors")
        .hasMessageContaining(name);
    assertThatThrownBy(() -> Exporter.export(recipe(from), folder.resolve("m"), _ -> {}))
        .hasMessageContaining(name);

    Path bad = folder.resolve("bad.pdparams");
    var broken = new LinkedHashMap<>(weights);
    float[] values = weights.get(name).floats().clone();
    values[1] = Float.NaN;
    broken.put(name, NDArray.of(values, weights.get(name).shape().sizes()));
    PaddleParams.write(bad, broken);
    String nan = "Global.pretrained_model=" + bad;
    for (var use :
        List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
            () -> Trainer.evaluate(recipe(nan), 1, _ -> {}),
            () -> Exporter.export(recipe(nan), folder.resolve("m"), _ -> {}),
            () -> new Trainer(recipe(nan), 1, _ -> {}).run())) {
      assertThatThrownBy(use)
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("bad.pdparams: not finite: " + name + " holds NaN (1 of ");
    }
    assertThat(folder.resolve("m")).doesNotExist();
  }
}
