package ai.fovea.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.testkit.Shared;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Galleries of others, whole folders of golden files.
class DeployCasesTest {
  @ParameterizedTest
  @CsvSource({
    "faiss,208,6",
    "faiss_corrupt,34,0",
    "faiss_extra,5,0",
    "id_map,34,0",
    "shituv2,24,2",
    "manager,23,0"
  })
  void everyCaseThatIsRunPasses(String folder, int passed, int skipped) {
    var out = new ByteArrayOutputStream();
    String path = Shared.path("golden/deploy/" + folder).toString();
    Main.run(new PrintStream(out, true, StandardCharsets.UTF_8), path);
    String printed = out.toString(StandardCharsets.UTF_8);
    assertThat(printed).doesNotContain("FAIL ");
    String[] counts = printed.lines().toList().getLast().split(" (passed|failed|skipped),? ?");
    assertThat(Integer.parseInt(counts[0])).as(printed).isGreaterThanOrEqualTo(passed);
    assertThat(counts[2]).as(printed).isEqualTo(Integer.toString(skipped));
  }
}
