package ai.fovea.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The Java code in the documents compiles as it is printed: files as they are, statements in a method that may throw
/// anything.
class DocumentedCodeTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)\n```java\n(.*?)```");
  private static final Pattern CLASS = Pattern.compile("(?m)^public final class (\\w+)");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "README.md, 1",
    "docs/exchange.md, 1",
    "docs/galleries.md, 1",
    "docs/library.md, 7",
    "docs/train-in-java.md, 1",
    "docs/add-a-loss.md, 1",
    "docs/add-a-backbone.md, 1"
  })
  void compiles(String document, int blocks) throws IOException {
    List<String> code =
        BLOCK
            .matcher(Files.readString(Path.of("..").resolve(document)))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(code).hasSize(blocks);
    for (String block : code) {
      Matcher type = CLASS.matcher(block);
      assertThat(
              type.find()
                  ? errors("shop/" + type.group(1), block)
                  : errors("Documented", inMethod(block)))
          .as(block)
          .isEmpty();
    }
  }

  private static String inMethod(String block) {
    List<String> lines = block.lines().toList();
    return String.join("\n", lines.stream().filter(l -> l.startsWith("import ")).toList())
        + "\nclass Documented {\n  static void run() throws Exception {\n"
        + String.join("\n", lines.stream().filter(l -> !l.startsWith("import ")).toList())
        + "\n  }\n}\n";
  }

  private String errors(String name, String source) {
    var errors = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
    var unit =
        new SimpleJavaFileObject(
            URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    boolean done =
        ToolProvider.getSystemJavaCompiler()
            .getTask(errors, null, null, options, null, List.of(unit))
            .call();
    return done ? "" : errors.toString();
  }
}
