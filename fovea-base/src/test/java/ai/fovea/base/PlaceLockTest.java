package ai.fovea.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PlaceLockTest {
  @TempDir private Path folder;

  /// Another process, which tries to take the lock and holds it until its standard input ends.
  public static final class Other {
    public static void main(String[] args) throws IOException {
      var lock = PlaceLock.take(Path.of(args[0]), "testing");
      System.out.println(lock.isPresent() ? "taken" : "refused");
      int end = System.in.read();
      if (lock.isPresent() && end < 0) {
        lock.get().close();
      }
    }
  }

  private static Process other(Path place) throws IOException {
    return process(Other.class, place);
  }

  private static Process process(Class<?> main, Path place) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            place.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String answer(Process process) throws IOException {
    return process.inputReader(StandardCharsets.UTF_8).readLine();
  }

  @Test
  void anotherProcessIsRefusedAndADeadOneStopsNobody() throws Exception {
    Path place = folder.resolve("new/place");
    try (PlaceLock _ = PlaceLock.take(place, "testing").orElseThrow()) {
      Process refused = other(place);
      assertThat(answer(refused)).isEqualTo("refused");
      refused.destroy();
      refused.waitFor();
      assertThat(PlaceLock.take(place.resolveSibling("elsewhere"), "testing"))
          .hasValueSatisfying(PlaceLockTest::close);
    }
    assertThat(place.getParent()).doesNotExist();

    Process holder = other(place);
    assertThat(answer(holder)).isEqualTo("taken");
    assertThat(PlaceLock.take(place, "testing")).isEmpty();
    holder.destroyForcibly().waitFor();
    assertThat(place.resolveSibling(".place.testing")).exists();
    assertThat(PlaceLock.take(place, "testing")).hasValueSatisfying(PlaceLockTest::close);
    assertThat(place.getParent()).isEmptyDirectory(); // made by the process that was killed
  }

  /// Takes the lock and tells what stands in the way.
  public static final class Failing {
    public static void main(String[] args) {
      try {
        System.out.println(PlaceLock.take(Path.of(args[0]), "testing"));
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no limit for files")
  void whereNothingCanBeWrittenTheFileIsNamedAndNothingStays() throws Exception {
    Path place = folder.resolve("place");
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -f 0; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Failing.class.getName(),
                place.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(answer(process)).startsWith(folder.resolve(".place.testing") + ": ");
    assertThat(process.waitFor()).isZero();
    assertThat(folder).isEmptyDirectory();
  }

  /// Who looks without end whether the lock is taken.
  public static final class Looking {
    public static void main(String[] args) throws IOException {
      System.out.println("looking");
      while (System.in.available() == 0) {
        PlaceLock.state(Path.of(args[0]), "testing");
      }
    }
  }

  @Test
  void whoLooksStopsNobody() throws Exception {
    Path place = folder.resolve("place");
    Process looking = process(Looking.class, place);
    try {
      assertThat(answer(looking)).isEqualTo("looking");
      for (int i = 0; i < 300; i++) {
        try (PlaceLock _ = PlaceLock.take(place, "testing").orElseThrow()) {
          assertThat(PlaceLock.state(place, "testing")).isEqualTo(PlaceLock.State.TAKEN);
        }
      }
    } finally {
      looking.destroyForcibly().waitFor();
    }
    assertThat(PlaceLock.state(place, "testing")).isEqualTo(PlaceLock.State.FREE);
  }

  /// Others than its owner may read it at most.
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "files have other rights there")
  void whoMayOnlyReadItsFileCanLookAtIt() throws Exception {
    Path place = folder.resolve("place");
    Process holder = other(place);
    assertThat(answer(holder)).isEqualTo("taken");
    Path file = folder.resolve(".place.testing");
    assertThat(file.toFile().setReadOnly()).isTrue();
    assertThat(PlaceLock.state(place, "testing")).isEqualTo(PlaceLock.State.TAKEN);
    holder.destroyForcibly().waitFor();
    assertThat(PlaceLock.state(place, "testing")).isEqualTo(PlaceLock.State.FREE);
    Assumptions.assumeFalse(
        "root".equals(System.getProperty("user.name")), "root can read every file");
    assertThat(file.toFile().setReadable(false)).isTrue();
    assertThat(PlaceLock.state(place, "testing")).isEqualTo(PlaceLock.State.UNKNOWN);
  }

  @Test
  void whereNoLockCanBeIsToldBefore() throws IOException {
    Path place = Files.createDirectories(folder.resolve("closed/place"));
    Path file = Files.writeString(folder.resolve("x.txt"), "x");
    assertThat(PlaceLock.obstacle(place)).isEmpty();
    assertThat(PlaceLock.obstacle(file.resolve("place"))).contains(file + " is no folder");
    Assumptions.assumeFalse(
        "root".equals(System.getProperty("user.name")), "root can write to every folder");
    assertThat(place.getParent().toFile().setReadOnly()).isTrue();
    try {
      assertThat(AtomicFile.obstacle(place)).isEmpty();
      assertThat(PlaceLock.obstacle(place))
          .hasValueSatisfying(
              why -> assertThat(why).contains("nothing may be written into the folder"));
    } finally {
      assertThat(place.getParent().toFile().setWritable(true)).isTrue();
    }
  }

  @Test
  void aNameOfAnyLengthCanBeLocked() throws IOException {
    Path place = folder.resolve("例".repeat(80));
    Path other = folder.resolve("例".repeat(81));
    try (PlaceLock _ = PlaceLock.take(place, "testing").orElseThrow();
        PlaceLock _ = PlaceLock.take(other, "testing").orElseThrow()) {
      assertThat(PlaceLock.take(place, "testing")).isEmpty();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
  void aPlaceIsTheSameByALink() throws IOException {
    Path place = Files.createDirectory(folder.resolve("place"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), place);
    Path dangling =
        Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("made/later"));
    try (PlaceLock _ = PlaceLock.take(link, "testing").orElseThrow();
        PlaceLock _ = PlaceLock.take(dangling, "testing").orElseThrow()) {
      assertThat(PlaceLock.take(place, "testing")).isEmpty();
      assertThat(PlaceLock.state(folder.resolve("made/later"), "testing"))
          .isEqualTo(PlaceLock.State.TAKEN);
    }
    assertThat(folder.resolve("made")).doesNotExist();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no pipes in folders there")
  void aPipeInItsPlaceIsNamed() throws Exception {
    Path pipe = folder.resolve(".place.testing");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatIOException()
        .isThrownBy(() -> PlaceLock.take(folder.resolve("place"), "testing"))
        .withMessageStartingWith(pipe + ": is no file, and a lock belongs there");
    assertThat(PlaceLock.state(folder.resolve("place"), "testing")).isEqualTo(PlaceLock.State.FREE);
  }

  @Test
  void theSameProcessIsRefusedToo() throws IOException {
    Path place = Files.createDirectory(folder.resolve("place"));
    try (PlaceLock _ = PlaceLock.take(place, "testing").orElseThrow()) {
      assertThat(PlaceLock.take(place, "testing")).isEmpty();
    }
  }

  private static void close(PlaceLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
