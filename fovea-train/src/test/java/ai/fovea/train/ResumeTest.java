package ai.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.graph.NDArray;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A training that was killed and resumed ends with the weights, the average and the optimizer's state of one that was not.
@Tag("native")
class ResumeTest {
  @TempDir Path folder;

  @Test
  void aKilledTrainingGoesOnAsIfNothingHadHappened() throws Exception {
    Path data = Files.createDirectory(folder.resolve("images"));
    TinyImages.write(data);
    Path whole = folder.resolve("whole");
    Path killed = folder.resolve("killed");
    new Trainer(TinyImages.recipe(data, whole), 1, _ -> {}).run();

    kill(data, killed, "3/2");
    Checkpoint left = Checkpoint.read(killed.resolve("RecModel/latest"));
    assertThat(left.states()).containsEntry("epoch", 2.0);

    String from = "Global.checkpoints=" + killed.resolve("RecModel/latest");
    new Trainer(TinyImages.recipe(data, killed, from), 1, _ -> {}).run();
    Checkpoint expected = Checkpoint.read(whole.resolve("RecModel/latest"));
    Checkpoint resumed = Checkpoint.read(killed.resolve("RecModel/latest"));
    assertThat(resumed.states()).isEqualTo(expected.states());
    same(expected.raw().orElseThrow(), resumed.raw().orElseThrow());
    same(expected.weights(), resumed.weights());
    same(
        expected.optimizers().getFirst().accumulators(),
        resumed.optimizers().getFirst().accumulators());
    // The average is not the weights: both were compared.
    String name = expected.weights().keySet().iterator().next();
    assertThat(expected.weights().get(name).floats())
        .isNotEqualTo(expected.raw().orElseThrow().get(name).floats());
  }

  private static void same(Map<String, NDArray> expected, Map<String, NDArray> got) {
    assertThat(got.keySet()).isEqualTo(expected.keySet());
    assertThat(expected).isNotEmpty();
    expected.forEach((name, array) ->
        assertThat(got.get(name).memory().mismatch(array.memory())).as(name).isEqualTo(-1));
  }

  /// Trains in another process and ends it by force when it tells that it has come so far.
  private static void kill(Path data, Path output, String at)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "--enable-native-access=ALL-UNNAMED",
            "-Dorg.bytedeco.javacpp.nopointergc=true",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            InterruptedTraining.class.getName(),
            data.toString(),
            output.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    boolean reached = false;
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals(at)) {
          reached = true;
          process.destroyForcibly();
          break;
        }
      }
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
    assertThat(reached).as("the training came to " + at).isTrue();
  }
}
