package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A command that was run in this process.
public record Ran(int status, String out, String err) {
  /// Runs a command line in this process, with nothing on standard input.
  public static Ran run(Object... args) {
    return run(InputStream.nullInputStream(), args);
  }

  /// Runs a command line in this process.
  public static Ran run(InputStream in, Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.run(
            in,
            new PrintWriter(out),
            new PrintWriter(err),
            Arrays.stream(args).map(String::valueOf).toArray(String[]::new));
    return new Ran(status, out.toString(), err.toString());
  }

  /// The only thing on standard output, as JSON.
  public JsonNode json() {
    JsonNode document = JsonMapper.shared().readTree(out);
    assertThat(keys(document).filter(k -> k.matches("[a-z]+[A-Z].*")).filter(k -> !k.equals("mAP")))
        .as("keys of another style than snake_case")
        .isEmpty();
    return document;
  }

  private static Stream<String> keys(JsonNode node) {
    return Stream.concat(node.propertyNames().stream(), node.valueStream().flatMap(Ran::keys));
  }

  /// Checks the status, and shows everything where it is another one.
  public Ran ends(int wanted) {
    assertThat(status).describedAs("status; out: %s err: %s", out, err).isEqualTo(wanted);
    return this;
  }

  /// Checks that it was refused as called in a wrong way, with a line about this.
  public Ran refusesWith(String text) {
    ends(2);
    assertThat(err.lines()).anySatisfy(l -> assertThat(l).startsWith("fovea: ").contains(text));
    return this;
  }

  /// Checks that it failed with one line about this.
  public Ran failsWith(String text) {
    ends(1);
    assertThat(err.lines()).singleElement().asString().startsWith("fovea: ").contains(text);
    return this;
  }
}
