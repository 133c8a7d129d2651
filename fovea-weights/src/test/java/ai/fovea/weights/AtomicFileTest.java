package ai.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
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
