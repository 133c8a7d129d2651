package ai.fovea.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class UnpackedRuntimeTest {
  @TempDir Path folder;

  /// Starts the runtime, and ends as its argument says.
  public static final class Starting {
    public static void main(String[] args) throws Exception {
      System.out.println(OnnxSession.runtimeVersion());
      if (args[0].equals("halt")) {
        Runtime.getRuntime().halt(0);
      }
      System.exit(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"halt", "exit"})
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "holds on to loaded libraries")
  void theTemporaryFolderIsAsItWas(String end) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Starting.class.getName(),
                end)
            .redirectErrorStream(true)
            .start();
    List<String> printed = process.inputReader(StandardCharsets.UTF_8).lines().toList();
    assertThat(process.waitFor()).as(String.join("\n", printed)).isZero();
    assertThat(printed).hasSize(1);
    assertThat(folder).isEmptyDirectory();
  }
}
