package ai.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void contentIsWrittenInPartsAndReplacesWhatWasThere() throws IOException {
    Path file = folder.resolve("below/x.txt");
    AtomicFile.write(file, "old".getBytes(StandardCharsets.UTF_8));
    byte[] part = new byte[50_000];
    AtomicFile.write(
        file,
        out -> {
          for (int i = 0; i < 5; i++) {
            out.write(part);
          }
        });
    assertThat(file).hasSize(250_000);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "others have no device that is always full")
  void aDeviceIsWrittenToAndErrorsNameIt() {
    Path full = Path.of("/dev/full");
    assertThatIOException()
        .isThrownBy(() -> AtomicFile.write(full, new byte[100_000]))
        .withMessage("/dev/full: can't be written: No space left on device");
    assertThat(Files.isRegularFile(full)).isFalse();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
  void aLinkStaysOneAndItsFileIsReplaced() throws IOException {
    Path file = Files.writeString(folder.resolve("x.txt"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    AtomicFile.write(link, "new".getBytes(StandardCharsets.UTF_8));
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
  }

  @Test
  void foldersThatWereMadeGoAgainWhereItFails() throws IOException {
    assertThatIOException()
        .isThrownBy(() ->
            AtomicFile.write(
                folder.resolve("a/b/x.txt"),
                out -> {
                  throw new IOException("no more");
                }));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whereItFailsTheOldFileStaysAndNothingElse() throws IOException {
    Path file = folder.resolve("x.txt");
    Files.writeString(file, "old");
    assertThatIOException()
        .isThrownBy(() ->
            AtomicFile.write(
                file,
                out -> {
                  out.write(new byte[100_000]);
                  throw new IOException("no more");
                }))
        .withMessage("no more");
    assertThat(file).hasContent("old");
    try (var all = Files.list(folder)) {
      assertThat(all).containsExactly(file);
    }
  }
}
