package ai.fovea.cli.text;

import ai.fovea.cli.Failures;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Standard output that remembers why it could not be written: a [java.io.PrintWriter] keeps that to itself.
public final class ReportingOutput extends FilterOutputStream {
  private volatile @Nullable IOException failure;

  public ReportingOutput(OutputStream to) {
    super(to);
  }

  /// What to tell of a failure; nothing where the reader had enough and closed the pipe, as `head` does.
  public Optional<String> problem() {
    IOException why = failure;
    return why == null || String.valueOf(why.getMessage()).contains("Broken pipe")
        ? Optional.empty()
        : Optional.of("standard output: can't be written: " + Failures.describe(why));
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }
}
