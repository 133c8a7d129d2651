package ai.fovea.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.cli.Main;
import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Training where no checkpoint has room. A limit on the length of files stands for the full disk, which nobody can have without
/// the rights of an administrator: writing fails in the same place, with another reason.
@Tag("native")
class FullDiskTest {
  /// In blocks of 512 bytes: enough for the lock, whose file ends within a mebibyte, and not for the weights of 2 MB.
  private static final int LIMIT = 2200;

  @TempDir Path folder;

  private record Ended(int status, String printed) {}

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no limit on the length of files")
  void whatWasSavedStaysAndIsNamed() throws Exception {
    Ended whole = train("o", false);
    assertThat(whole.status).as(whole.printed).isZero();
    Path output = folder.resolve("o/PPLCNet_x0_5");
    Map<String, String> before = contents(output);
    before.remove("train.log");
    assertThat(before).containsKeys("latest.pdparams", "latest.pdstates");

    Ended first = train("new", true);
    assertThat(first.status).as(first.printed).isEqualTo(1);
    Path other = folder.resolve("new/PPLCNet_x0_5");
    assertThat(first.printed)
        .contains(
            "fovea: " + other.resolve("latest") + ": the checkpoint can't be saved: ",
            ".pdparams: can't be written: File too large",
            "fovea: no checkpoint was written yet");
    assertThat(contents(other).keySet()).containsExactly("train.log");

    Ended last =
        train(
            "o",
            true,
            "-o",
            "Global.checkpoints=" + output.resolve("latest"),
            "-o",
            "Global.epochs=2");
    assertThat(last.status).as(last.printed).isEqualTo(1);
    assertThat(last.printed)
        .contains(
            "fovea: " + output.resolve("latest") + ": the checkpoint can't be saved: ",
            "fovea: the last good checkpoint is "
                + output.resolve("latest")
                + ": -o Global.checkpoints="
                + output.resolve("latest"));
    Map<String, String> after = contents(output);
    after.remove("train.log");
    assertThat(after).isEqualTo(before);
  }

  private Ended train(String into, boolean full, String... more) throws Exception {
    Path cases = Shared.path("cases/tiny-recipe");
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "train",
                "-c",
                cases.resolve("cls.yaml").toString(),
                "-o",
                "Global.output_dir=" + folder.resolve(into),
                "-o",
                "Global.epochs=1",
                "-o",
                "Arch.name=PPLCNet_x0_5"));
    for (String part : List.of("Train", "Eval")) {
      String dataset = "DataLoader." + part + ".dataset.";
      String list = part.equals("Train") ? "train.txt" : "val.txt";
      words.addAll(List.of("-o", dataset + "image_root=" + cases.resolve("images")));
      words.addAll(List.of("-o", dataset + "cls_label_path=" + cases.resolve(list)));
    }
    words.addAll(List.of(more));
    List<String> limited =
        new ArrayList<>(List.of("sh", "-c", "ulimit -f " + LIMIT + " && exec \"$@\"", "sh"));
    limited.addAll(words);
    Process process = new ProcessBuilder(full ? limited : words).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), printed);
  }

  /// Names and checksums of the files of a folder.
  private static Map<String, String> contents(Path output) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.list(output)) {
      for (Path file : files.toList()) {
        all.put(
            String.valueOf(file.getFileName()),
            Integer.toHexString(Arrays.hashCode(Files.readAllBytes(file))));
      }
    }
    return all;
  }
}
