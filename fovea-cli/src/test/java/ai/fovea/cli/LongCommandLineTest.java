package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// ONNX Runtime recurses over the command line of the process, which once overran the stack.
@Tag("native")
class LongCommandLineTest {
  @TempDir Path folder;

  @Test
  void aLongClassPathDoesNotEndTheProcess() throws IOException, InterruptedException {
    Path model = Tiny.embedder(folder.resolve("model"));
    Path image = Tiny.flag(folder.resolve("flag.png"), 1);
    Path out = folder.resolve("out.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dlong=" + "/usr/share/java/library.jar:".repeat(1000),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "predict",
                "--model",
                model.toString(),
                image.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(out)).isZero();
  }
}
