package ai.fovea.cli.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `train.log` in the output folder, where PaddleClas users look for it: every line of the log with its time, each run after
/// the one before. The file is made with the first line, so that a run that is refused leaves nothing.
final class LogFile implements AutoCloseable {
  private final Path file;
  private final List<String> head;
  private @Nullable PrintWriter to;

  /// @param head what comes before the first line
  LogFile(Path file, List<String> head) {
    this.file = file;
    this.head = head;
  }

  void line(String text) {
    if (to == null) {
      to = open();
      head.forEach(to::println);
    }
    to.println(Configured.stamped(text));
    to.flush();
  }

  private PrintWriter open() {
    try {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      return new PrintWriter(
          Files.newBufferedWriter(
              file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (to != null) {
      to.close();
    }
  }
}
