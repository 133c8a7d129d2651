package ai.fovea.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each example runs as it is and prints something, and the documents show it.
@Tag("native")
class MainsTest {
  private static final String SOURCES = "fovea-examples/src/main/java/ai/fovea/examples/";

  static List<String> examples() throws IOException {
    try (Stream<Path> files = Files.list(Samples.project().resolve(SOURCES))) {
      return files
          .map(file -> file.getFileName().toString().replace(".java", ""))
          .filter(name -> !name.equals("Samples") && !name.equals("package-info"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void runs(String name) throws Exception {
    var printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      Class.forName("ai.fovea.examples." + name)
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isNotBlank();
  }

  @Test
  void theLibraryPageLinksEach() throws IOException {
    String page = Files.readString(Samples.project().resolve("docs/library.md"));
    List<String> linked =
        java.util.regex.Pattern.compile("\\(\\.\\./" + SOURCES + "(\\w+)\\.java\\)")
            .matcher(page)
            .results()
            .map(link -> link.group(1))
            .distinct()
            .sorted()
            .toList();
    assertThat(linked).isEqualTo(examples()).hasSizeGreaterThan(9);
  }
}
