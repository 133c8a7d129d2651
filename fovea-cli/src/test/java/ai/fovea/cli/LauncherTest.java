package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.cli.gallery.GalleryCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The launcher, in a project of its own where nothing is built, with a stand-in for Maven.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher for Windows is another one")
class LauncherTest {
  @TempDir Path folder;
  private Path root;

  @BeforeEach
  void project() throws IOException {
    root = Files.createDirectories(folder.resolve("a project"));
    Path here = Path.of("").toAbsolutePath();
    Path project = Files.exists(here.resolve("fovea-cli")) ? here : here.getParent();
    Files.createDirectories(root.resolve("build"));
    Files.copy(project.resolve("fovea"), root.resolve("fovea"));
    Files.copy(project.resolve("build/launch.sh"), root.resolve("build/launch.sh"));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
  }

  /// Finding one asks thousands of times, which takes five times as long without the best compiler and the vector module.
  @Test
  void commandsThatFindAThresholdAreStartedForSearching() throws IOException {
    String heavy =
        Files.readString(root.resolve("fovea"))
            .lines()
            .filter(line -> line.contains("doctor | gallerybuild"))
            .findFirst()
            .orElseThrow();
    var commands = new CommandLine(new GalleryCommand()).getSubcommands();
    assertThat(commands).hasSizeGreaterThan(10);
    commands.forEach((name, command) -> {
      if (command.getCommandSpec().findOption("--false-accept-rate") != null) {
        assertThat(heavy.split("[ |)]+")).contains("gallery" + name);
      }
    });
  }

  private record Launched(int status, String text) {}

  private Launched launch(Map<String, String> variables, String... args)
      throws IOException, InterruptedException {
    var command = new java.util.ArrayList<>(java.util.List.of("sh", root + "/fovea"));
    command.addAll(java.util.List.of(args));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("FOVEA_JDK");
    builder.environment().putAll(variables);
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Launched(process.exitValue(), text);
  }

  /// A `mvn` that prints this and ends with this status.
  private Map<String, String> maven(String output, int status) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path text = Files.writeString(folder.resolve("output"), output);
    Path mvn =
        Files.writeString(
            bin.resolve("mvn"), "#!/bin/sh\ncat '" + text + "'\nexit " + status + "\n");
    assertThat(mvn.toFile().setExecutable(true)).isTrue();
    return Map.of(
        "PATH", bin + ":" + System.getenv("PATH"), "FOVEA_JDK", System.getProperty("java.home"));
  }

  @Test
  void aJdkThatCantBeUsedIsAnError() throws Exception {
    Launched absent = launch(Map.of("FOVEA_JDK", "/no/such/jdk"), "--version");
    assertThat(absent.status).isEqualTo(1);
    assertThat(absent.text)
        .contains("FOVEA_JDK=/no/such/jdk can't be used: there is no such folder");
    Launched empty = launch(Map.of("FOVEA_JDK", folder.toString()), "--version");
    assertThat(empty.status).isEqualTo(1);
    assertThat(empty.text).contains("can't be used: it holds no bin/java");
  }

  @Test
  void buildingShowsModulesDownloadsAndErrorsWithoutEscapeCodes() throws Exception {
    String output =
        "\u001B[0m\u001B[0m[INFO] Building Fovea 0.1.0-SNAPSHOT   [1/3]\n"
            + "Downloaded from central: https://example.org/a.jar (1 kB at 2 kB/s)\n".repeat(25)
            + "[INFO] Building Fovea cli train 0.1.0-SNAPSHOT      [3/3]\n"
            + "[WARNING] a remark\n\u001B[0m[ERROR] it does not compile\n";
    Launched launched = launch(maven(output, 1), "--version");
    assertThat(launched.status).isEqualTo(1);
    assertThat(launched.text)
        .doesNotContain("\u001B")
        .doesNotContain("a remark")
        .contains("\n..\n")
        .contains("cli train (3 of 3)")
        .contains("[ERROR] it does not compile")
        .contains("the build failed");
    assertThat(root.resolve("target/build.log")).content().contains("a remark");
  }

  @Test
  void theHelpOfTrainingNeedsItsModule() throws Exception {
    Launched launched = launch(maven("", 0), "help", "train");
    assertThat(launched.text)
        .contains("the build left no class path in fovea-cli-train/target/app");
  }
}
