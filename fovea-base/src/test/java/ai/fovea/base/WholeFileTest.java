package ai.fovea.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir Path folder;

  @Test
  void aFileIsReadUpToTheLimit() throws IOException {
    Path file = Files.write(folder.resolve("x"), new byte[] {1, 2, 3});
    assertThat(WholeFile.read(file, 3)).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> WholeFile.read(file, 2))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(file + ": the file has 3 bytes, at most 2 can be read: is it what you meant?");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "files without a length are those of /proc")
  void aFileThatDoesNotTellItsLengthIsReadToItsEnd() throws IOException {
    Path file = Path.of("/proc/self/status");
    assertThat(Files.size(file)).isZero();
    assertThat(WholeFile.lines(file)).anyMatch(line -> line.startsWith("Pid:"));
    assertThatThrownBy(() -> WholeFile.read(file, 10)).hasMessageStartingWith(file.toString());
  }

  @Test
  void linesEndInEitherWayAndAMarkAtTheBeginningIsNone() throws IOException {
    Path file = Files.writeString(folder.resolve("x"), "\uFEFFa\r\nb\n\nc");
    assertThat(WholeFile.lines(file)).containsExactly("a", "b", "", "c");
    Files.write(file, new byte[] {'a', (byte) 0xFF});
    assertThatThrownBy(() -> WholeFile.lines(file))
        .isInstanceOf(CharacterCodingException.class)
        .hasMessageStartingWith(file + ": not UTF-8 text");
  }

  @Test
  @Timeout(20)
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has neither such pipes nor devices")
  void neitherPipesNorDevicesAreWaitedFor() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path device = Files.createSymbolicLink(folder.resolve("zero"), Path.of("/dev/zero"));
    for (Path odd : new Path[] {pipe, device}) {
      assertThatThrownBy(() -> WholeFile.text(odd))
          .isInstanceOf(FileSystemException.class)
          .hasMessageStartingWith(odd + ": this is a pipe, a device or a socket");
      assertThatThrownBy(() -> WholeFile.requireFile(odd)).hasMessageStartingWith(odd + ": this");
    }
    assertThatThrownBy(() -> WholeFile.text(folder)).hasMessageStartingWith(folder + ": this is a");
    assertThatThrownBy(() -> WholeFile.text(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void filesThatCanNotBeMappedAreReadToNativeMemory() throws IOException {
    Path file = Files.writeString(folder.resolve("x"), "some content");
    try (FileChannel in = FileChannel.open(file)) {
      MemorySegment copied = WholeFile.copied(file, in);
      assertThat(copied.isMapped()).isFalse();
      assertThat(copied.mismatch(WholeFile.map(file))).isEqualTo(-1);
    }
    assertThat(WholeFile.map(Files.createFile(folder.resolve("empty"))).byteSize()).isZero();
    assertThatThrownBy(() -> WholeFile.map(folder)).hasMessageContaining("this is a folder");
  }
}
