package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalsTest {
  /// Works without end, with a shutdown hook as libraries have them.
  public static final class Working {
    public static void main(String[] args) throws Exception {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
      Signals.answer(status -> System.out.println("told " + status));
      System.out.println("working");
      Thread.sleep(TimeUnit.MINUTES.toMillis(5));
    }
  }

  /// Is never done with answering.
  public static final class Stuck {
    public static void main(String[] args) throws Exception {
      Signals.answer(status -> {
        System.out.println("told " + status);
        sleep();
      });
      System.out.println("working");
      sleep();
    }

    private static void sleep() {
      LockSupport.parkNanos(TimeUnit.MINUTES.toNanos(5));
    }
  }

  @ParameterizedTest
  @CsvSource({"HUP,129", "INT,130", "TERM,143"})
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no kill that sends a signal")
  void whoAnswersASignalIsTheLastToRun(String signal, int status) throws Exception {
    Assumptions.assumeFalse(isIgnored(status - 128), "ignored here, as under nohup");
    Process process = start(Working.class);
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.readLine()).isEqualTo("working");
      send(signal, process);
      assertThat(lines.lines()).containsExactly("told " + status);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(status);
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource({"INT,INT,130", "INT,TERM,143", "TERM,INT,130"})
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no kill that sends a signal")
  void aSecondSignalEndsWhatTheFirstLeftHanging(String first, String second, int status)
      throws Exception {
    Assumptions.assumeFalse(isIgnored(2) || isIgnored(15), "ignored here, as under nohup");
    Process process = start(Stuck.class);
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.readLine()).isEqualTo("working");
      send(first, process);
      assertThat(lines.readLine()).startsWith("told ");
      assertThat(process.waitFor(200, TimeUnit.MILLISECONDS)).as("the answer takes long").isFalse();
      send(second, process);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(status);
      assertThat(lines.lines()).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(Class<?> program) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            program.getName())
        .redirectErrorStream(true)
        .start();
  }

  private static void send(String signal, Process process) throws Exception {
    new ProcessBuilder("kill", "-s", signal, String.valueOf(process.pid())).start().waitFor();
  }

  /// What this process ignores its children ignore too.
  private static boolean isIgnored(int signal) throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
            .anyMatch(mask -> (mask >> (signal - 1) & 1) == 1);
  }
}
