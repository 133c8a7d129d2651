package ai.fovea.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.testkit.CaseResult.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class GoldenRunTest {
  @TempDir Path folder;
  private final List<CaseResult> told = new ArrayList<>();

  /// Files whose cases say under `field` whether they are right.
  private record Truth(String name, String field) implements GoldenFormat {
    @Override
    public boolean accepts(Path file, JsonNode content) {
      return content.isArray() ? content.path(0).has(field) : CaseFile.all(content, field);
    }

    @Override
    public void run(Path file, Consumer<CaseResult> sink) {
      List<JsonNode> cases =
          file.toString().contains(".jsonl")
              ? GoldenFile.records(file)
              : CaseFile.cases(CaseFile.read(file));
      for (JsonNode one : cases) {
        sink.accept(
            one.path(field).asBoolean(false)
                ? CaseResult.passed("right", file.toString())
                : CaseResult.failed("wrong", "true", "false", file.toString()));
      }
    }
  }

  private GoldenRun run(GoldenFormat... formats) {
    GoldenRun run = new GoldenRun(List.of(formats), told::add);
    run.path(folder);
    return run;
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  @Test
  void formsAreFoundByContentAndEveryOutcomeIsCounted() throws IOException {
    write("a.json", "{\"cases\": [{\"a\": true}, {\"a\": false}]}");
    write("b.jsonl", "\n{\"a\": true}\n{\"a\": true}\n");
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("c.json.gz")))) {
      out.write("{\"cases\": [{\"b\": true}]}".getBytes(StandardCharsets.UTF_8));
    }
    write("other.jsonl", "{\"c\": 1}\n{\"c\": 1}\n");
    write("README.md", "not golden");
    GoldenRun run = run(new Truth("A", "a"), new Truth("B", "b"));
    assertThat(run.count(Outcome.PASSED)).isEqualTo(4);
    assertThat(run.count(Outcome.FAILED)).isEqualTo(1);
    assertThat(told)
        .filteredOn(r -> r.outcome() == Outcome.SKIPPED)
        .singleElement()
        .satisfies(r -> assertThat(r.expected()).contains("(2 cases)"));
    assertThat(run.format(folder.resolve("c.json.gz")).orElseThrow().name()).isEqualTo("B");
    assertThat(run.format(folder.resolve("other.jsonl"))).isEmpty();
  }

  @Test
  void damagedAndDoublyClaimedFilesFailAndDoNotStopTheRest() throws IOException {
    write("cut.json", "{\"cases\": [");
    write("cut.jsonl", "{\"a\":");
    write("no.json.gz", "not compressed");
    write("both.json", "{\"cases\": [{\"a\": true, \"b\": true}]}");
    write("right.json", "{\"cases\": [{\"a\": true}]}");
    GoldenRun run = run(new Truth("A", "a"), new Truth("B", "b"));
    assertThat(run.count(Outcome.PASSED)).isEqualTo(1);
    assertThat(told)
        .filteredOn(r -> r.outcome() == Outcome.FAILED)
        .extracting(CaseResult::name)
        .containsExactlyInAnyOrder("cut.json", "cut.jsonl", "no.json.gz", "both.json");
    assertThat(told)
        .filteredOn(r -> r.name().equals("both.json"))
        .singleElement()
        .satisfies(r -> assertThat(r.got()).contains("claimed by several forms: A, B"));
  }

  @Test
  void aSuiteFailsWhereCasesFailOrAreTooFew() throws IOException {
    write("a.json", "{\"cases\": [{\"a\": true}]}");
    var forms = List.<GoldenFormat>of(new Truth("A", "a"), new Truth("B", "b"));
    GoldenSuite.check(folder, forms, Map.of("A", 1), "B");
    assertThatThrownBy(() -> GoldenSuite.check(folder, forms, Map.of("A", 2), "B"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("A: 1 cases passed, at least 2 were to");
    assertThatThrownBy(() -> GoldenSuite.check(folder, forms, Map.of("A", 1, "B", 1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("B: 0 cases passed");
    write("b.json", "{\"cases\": [{\"a\": false}, {\"a\": true}]}");
    assertThatThrownBy(() -> GoldenSuite.check(folder, forms, Map.of("A", 1), "B"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("wrong: expected true, got false");
  }

  @Test
  void aSuiteNamesItsFormsAndNeedsCases() throws IOException {
    write("a.json", "{\"cases\": [{\"a\": true}]}");
    var forms = List.<GoldenFormat>of(new Truth("A", "a"), new Truth("B", "b"));
    assertThatThrownBy(() -> GoldenSuite.check(folder, forms, Map.of("A", 1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("registered are the forms [A, B]");
    assertThatThrownBy(() -> GoldenSuite.check(folder, forms, Map.of("A", 0), "B"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new GoldenRun(List.of(), told::add))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
