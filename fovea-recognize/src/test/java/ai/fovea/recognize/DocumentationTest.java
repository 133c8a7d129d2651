package ai.fovea.recognize;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The code of `docs/library.md` compiles as it is printed.
class DocumentationTest {
  private static final Pattern CODE = Pattern.compile("(?s)```java\n(.*?)```");

  @TempDir Path folder;

  private static JavaFileObject source(String name, String code) {
    return new SimpleJavaFileObject(
        URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return code;
      }
    };
  }

  @Test
  void codeOfTheLibraryPageCompiles() throws IOException {
    List<String> blocks =
        CODE.matcher(Files.readString(Path.of("..", "docs", "library.md")))
            .results()
            .map((MatchResult m) -> m.group(1))
            .toList();
    assertThat(blocks).hasSizeGreaterThan(5);
    var sources = new java.util.ArrayList<JavaFileObject>();
    for (int i = 0; i < blocks.size(); i++) {
      String imports =
          blocks.get(i).lines().filter(l -> l.startsWith("import ")).collect(Collectors.joining());
      String body =
          blocks
              .get(i)
              .lines()
              .filter(l -> !l.startsWith("import "))
              .collect(Collectors.joining("\n"));
      sources.add(
          source(
              "Block" + i,
              imports + " class Block" + i + " { void run() throws Exception {" + body + "\n}}"));
    }
    var out = new StringWriter();
    boolean good =
        ToolProvider.getSystemJavaCompiler()
            .getTask(
                out,
                null,
                null,
                List.of("-cp", System.getProperty("java.class.path"), "-d", folder.toString()),
                null,
                sources)
            .call();
    assertThat(good).as(out.toString()).isTrue();
  }
}
