package ai.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
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
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Other.class.getName(),
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
    assertThat(place.getParent()).isEmptyDirectory();

    Process holder = other(place);
    assertThat(answer(holder)).isEqualTo("taken");
    assertThat(PlaceLock.take(place, "testing")).isEmpty();
    holder.destroyForcibly().waitFor();
    assertThat(place.resolveSibling(".place.testing")).exists();
    assertThat(PlaceLock.take(place, "testing")).hasValueSatisfying(PlaceLockTest::close);
    assertThat(place.getParent()).isEmptyDirectory();
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
