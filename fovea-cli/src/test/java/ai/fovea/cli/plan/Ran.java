package ai.fovea.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.cli.Main;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/// What a command printed, and how it ended.
record Ran(int status, String out, String err) {
  /// Checks how it ended.
  Ran ends(int expected) {
    assertThat(status).describedAs("out: %s err: %s", out, err).isEqualTo(expected);
    return this;
  }

  /// Runs a command line in this process.
  static Ran run(InputStream in, Object... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status =
        Main.run(
            in,
            new PrintWriter(out),
            new PrintWriter(err),
            Arrays.stream(words).map(String::valueOf).toArray(String[]::new));
    return new Ran(status, out.toString(), err.toString());
  }

  /// Runs a command line in this process, with nothing on standard input.
  static Ran run(Object... words) {
    return run(InputStream.nullInputStream(), words);
  }
}
