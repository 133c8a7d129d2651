package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The Java code in the documents compiles as it is printed, each block in a method that may throw anything.
class DocumentedCodeTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```java\n(.*?)```");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"README.md, 1", "docs/exchange.md, 1", "docs/galleries.md, 1", "docs/library.md, 7"})
  void compiles(String document, int blocks) throws IOException {
    List<String> code =
        BLOCK
            .matcher(Files.readString(Path.of("..").resolve(document)))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(code).hasSize(blocks);
    for (String block : code) {
      assertThat(errors(block)).as(block).isEmpty();
    }
  }

  private String errors(String block) {
    Predicate<String> isImport = line -> line.startsWith("import ");
    String source =
        String.join("\n", block.lines().filter(isImport).toList())
            + "\nclass Documented {\n  static void run() throws Exception {\n"
            + String.join("\n", block.lines().filter(isImport.negate()).toList())
            + "\n  }\n}\n";
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter errors = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
    var unit =
        new SimpleJavaFileObject(
            URI.create("string:///Documented.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    boolean done = compiler.getTask(errors, null, null, options, null, List.of(unit)).call();
    return done ? "" : errors.toString();
  }
}
