package ai.fovea.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which commands load libtorch: those that train, and those that measure a checkpoint. Each runs in a process of its own.
@Tag("native")
class WithoutLibtorchTest {
  @TempDir Path folder;
  private Path recipe = Path.of("");

  @BeforeEach
  void recipe() throws IOException {
    recipe = TinyRecipe.copy(folder);
  }

  @Test
  void commandsThatDoNotTrainLoadNoClassOfLibtorch() throws Exception {
    String output = "Global.output_dir=" + folder.resolve("o");
    List<String> trained =
        loaded("train", "-c", recipe.toString(), "-o", output, "-o", "Global.epochs=1");
    assertThat(trained).as("the measure finds libtorch where it is used").isNotEmpty();

    String weights = "Global.pretrained_model=" + folder.resolve("o/PPLCNet_x0_25/latest");
    String image = folder.resolve("images/2-3.jpg").toString();
    String model = folder.resolve("model").toString();
    Path list =
        Files.writeString(
            folder.resolve("list.txt"),
            Stream.of("0-0", "0-1", "1-0", "1-1")
                .map(name -> folder.resolve("images/" + name + ".jpg ") + name.substring(0, 1))
                .reduce("", (a, b) -> a + b + "\n"));
    for (List<String> words :
        List.of(
            List.of("check", recipe.toString()),
            List.of("config", recipe.toString()),
            List.of("export", "-c", recipe.toString(), "-o", weights, "--out", model),
            List.of("infer", "-c", recipe.toString(), "-o", weights, image),
            List.of("eval", "--query", list.toString()))) {
      assertThat(loaded(words.toArray(String[]::new))).as("%s", words).isEmpty();
    }
  }

  /// The classes of libtorch that a command loads; it must succeed.
  private List<String> loaded(String... words) throws IOException, InterruptedException {
    Path classes = folder.resolve("classes");
    Path out = folder.resolve("out");
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xlog:class+load:file=" + classes,
                "-cp",
                System.getProperty("java.class.path"),
                "ai.fovea.cli.Main"));
    line.addAll(List.of(words));
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("%s: %s", line, Files.readString(out)).isZero();
    try (Stream<String> lines = Files.lines(classes)) {
      return lines
          .filter(l -> l.contains("org.bytedeco.pytorch") || l.contains("ai.fovea.torch."))
          .toList();
    }
  }
}
