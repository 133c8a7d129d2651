package ai.fovea.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
  void aLinkToNothingYetStaysOneAndItsFileIsMade() throws IOException {
    Path file = folder.resolve("below/x.txt");
    Path second = Files.createSymbolicLink(folder.resolve("second"), Path.of("below/x.txt"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), second);
    AtomicFile.write(link, "new".getBytes(StandardCharsets.UTF_8));
    assertThat(link).isSymbolicLink();
    assertThat(second).isSymbolicLink();
    assertThat(file).hasContent("new");
    Path loop = Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
    assertThatIOException().isThrownBy(() -> AtomicFile.write(loop, new byte[1]));
    assertThat(loop).isSymbolicLink();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
  void aFolderBelowALinkToNothingIsAnObstacleAndSaysSo() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nothing"));
    assertThat(AtomicFile.obstacle(link.resolve("x")))
        .contains(link + " is a link that leads to nothing");
    assertThat(AtomicFile.obstacle(link)).contains(link + " is a link that leads to nothing");
  }

  @Test
  void namesMayBeAsLongAsTheFileSystemAllows() throws IOException {
    for (String name : List.of("x".repeat(251) + ".txt", "例".repeat(83) + ".txt")) {
      Path file = folder.resolve(name);
      AtomicFile.write(file, "new".getBytes(StandardCharsets.UTF_8));
      assertThat(file).hasContent("new");
      // What a killed process leaves of it has the same ending.
      Path left =
          folder.resolve(
              Paths.brief(file.getFileName()) + ".01234567-0123-0123-0123-0123456789ab.tmp");
      Files.createFile(left);
      AtomicFile.removeLeft(folder, n -> n.endsWith(".txt"));
      assertThat(left).doesNotExist();
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "permissions are others there")
  void aFileThatIsReplacedKeepsItsPermissions() throws IOException {
    Path file = Files.writeString(folder.resolve("x.txt"), "old");
    for (String permissions : List.of("rw-------", "rwxrwxrwx", "r--r--r--")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      AtomicFile.write(file, permissions.getBytes(StandardCharsets.UTF_8));
      assertThat(file).hasContent(permissions);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo(permissions);
    }
  }

  @Test
  void errorsNameTheFileThatWasAskedFor() throws IOException {
    Path inTheWay = Files.createDirectory(folder.resolve("folder"));
    Path longer = folder.resolve("x".repeat(256));
    Path file = Files.writeString(folder.resolve("x.txt"), "old");
    for (Path target : List.of(inTheWay, longer, file.resolve("y.txt"))) {
      assertThatIOException()
          .isThrownBy(() -> AtomicFile.write(target, new byte[1]))
          .satisfies(e ->
              assertThat(e.getMessage())
                  .startsWith((target.startsWith(file) ? file : target) + ": ")
                  .doesNotContain(".tmp"));
    }
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }
}
