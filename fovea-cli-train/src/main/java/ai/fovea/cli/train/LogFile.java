package ai.fovea.cli.train;

import ai.fovea.cli.plan.Configured;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `train.log` in the output folder, where PaddleClas users look for it: every line of the log with its time, each run after
/// the one before. The file is made with the first line, so that a run that is refused leaves nothing.
final class LogFile implements AutoCloseable {
  private final Path file;
  private final List<String> head;
  private final Consumer<String> problem;
  private @Nullable PrintWriter to;
  private boolean incomplete;

  /// @param head what comes before the first line
  /// @param problem told once where lines can't be written: a log is no reason to give up hours of training
  LogFile(Path file, List<String> head, Consumer<String> problem) {
    this.file = file;
    this.head = head;
    this.problem = problem;
  }

  void line(String text) {
    if (to == null) {
      to = open();
      head.forEach(to::println);
    }
    to.println(Configured.stamped(text));
    if (to.checkError() && !incomplete) { // which also hands on what is buffered
      incomplete = true;
      problem.accept(
          file + ": lines of the log can't be written; is the disk full? The training goes on");
    }
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
