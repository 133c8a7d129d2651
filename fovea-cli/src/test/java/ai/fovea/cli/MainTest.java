package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MainTest {
  @TempDir Path folder;

  static Stream<String> commands() {
    return names(Main.commandLine(), "");
  }

  private static Stream<String> names(CommandLine line, String before) {
    return line.getSubcommands().entrySet().stream()
        .flatMap(e -> {
          String name = (before + " " + e.getKey()).strip();
          return Stream.concat(Stream.of(name), names(e.getValue(), name));
        });
  }

  @Test
  void tellsItsVersion() {
    Ran ran = Ran.run("--version").ends(0);
    assertThat(ran.out()).startsWith("fovea ");
    assertThat(ran.err()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelpWithAnExample(String command) {
    Ran ran = Ran.run((Object[]) (command + " --help").split(" ")).ends(0);
    assertThat(ran.out())
        .contains("Usage: fovea " + command)
        .contains("Example: fovea " + command.split(" ")[0]);
    assertThat(ran.out()).contains("--json").contains("--debug");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "recognise",
        "recognize",
        "recognize --gallery",
        "gallery build",
        "gallery remove somewhere",
        "predict",
        "predict --topk 0 image.jpg",
        "predict --topk many image.jpg",
        "models --nonsense"
      })
  void wrongUsageIsSaidInOneLineWithAHint(String line) {
    Ran ran = Ran.run(line.isEmpty() ? new Object[0] : line.split(" ")).ends(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().lines().findFirst().orElseThrow()).startsWith("fovea: ");
    assertThat(ran.err()).contains("--help'");
  }

  @Test
  void errorsAreOneLineUnlessTheirOriginIsWanted() {
    Path nowhere = folder.resolve("nowhere.jpg");
    Path model = folder.resolve("no-model");
    Ran.run("predict", "--model", model, nowhere).failsWith("not a model folder");
    Ran ran = Ran.run("predict", "--debug", "--model", model, nowhere).ends(1);
    assertThat(ran.err().lines().count()).isGreaterThan(3);
    assertThat(ran.err()).contains("at ai.fovea.");
  }

  @Test
  void anOptionMayBeSaidTwiceWhereThatMeansTheSame() {
    assertThat(Ran.run("--json", "models", "--json", "pplcnet_x0_25", "--json").ends(0).json())
        .isNotEmpty();
    Ran.run("-q", "models", "--quiet").ends(0);
    Ran.run("models", "-qq").ends(0);
    Ran.run("-vv", "models", "-v").ends(0);
    assertThat(
            Ran.run("models", "--json", "pplcnet_x0_25", "--json=true").ends(0).json().isObject())
        .isTrue();
    assertThat(Ran.run("models", "--no-such", "--json=true").ends(2).json().path("exit").asInt())
        .isEqualTo(2);
    Ran.run("predict", "--topk", 3, "x.jpg", "--topk", 4)
        .refusesWith("--topk stands twice on the command line");
    Ran.run("gallery", "build", "--replace", "g", "p", "--replace")
        .refusesWith("--replace stands twice on the command line");
  }

  /// Both the commands that say more and those that do not.
  @ParameterizedTest
  @ValueSource(
      strings = {"predict --json -", "gallery eval --json gallery --queries -", "predict -"})
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "nobody is told there that a process is ended")
  void whoEndsACommandGetsItsOneDocumentToo(String line) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Main.class.getName()));
    command.addAll(List.of(line.split(" ")));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try (OutputStream in = process.getOutputStream()) {
      // More than a pipe holds: it is being read when all is written, and goes on being read.
      in.write("a line\n".repeat(100_000).getBytes(StandardCharsets.UTF_8));
      in.flush();
      process.destroy();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(err).content().startsWith("fovea: interrupted");
    if (line.contains("--json")) {
      JsonNode document = JsonMapper.shared().readTree(Files.readString(out));
      assertThat(document.at("/error/message").asString()).startsWith("interrupted");
      assertThat(document.at("/error/problems").valueStream()).hasSize(1);
      assertThat(document.path("exit").asInt()).isEqualTo(143);
    } else {
      assertThat(out).isEmptyFile();
    }
  }

  @Test
  void networksAreListed() {
    Ran text = Ran.run("models", "PPLCNet_x0_25").ends(0);
    assertThat(text.out()).contains("PPLCNet_x0_25").contains("1.52 M").contains("https://");
    Ran json = Ran.run("models", "--json", "pplcnet_x0_25").ends(0);
    assertThat(json.json().path("models")).hasSize(1);
    assertThat(json.json().at("/models/0/parameters").asLong()).isEqualTo(1_521_184);
    Ran.run("models", "nothing-like-this").failsWith("no network's name contains");
  }

  @Test
  void aDamagedGalleryIsRefused() throws Exception {
    Path gallery = Files.createDirectories(folder.resolve("gallery"));
    Ran.run("gallery", "info", gallery).failsWith("gallery");
    Files.writeString(gallery.resolve("MANIFEST"), "nonsense");
    Ran.run("gallery", "info", gallery).failsWith("MANIFEST");
  }
}
