package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Tag("native")
class DemoCommandTest {
  @TempDir Path folder;

  @Test
  void everyAnswerIsRightAndFollowsFromItsScore() throws Exception {
    Path out = folder.resolve("a demo");
    Ran ran = Ran.run("demo", "--json", "--out", out).ends(0);
    JsonNode json = ran.json();
    assertThat(json.path("wrong").asInt()).isZero();
    for (String when : new String[] {"before", "after"}) {
      for (JsonNode r : json.path(when)) {
        double score = r.path("candidates").path(0).path("score").asDouble();
        assertThat(r.path("unknown").asBoolean()).isEqualTo(score < r.path("threshold").asDouble());
      }
    }
    assertThat(json.at("/before").valueStream().filter(r -> r.path("unknown").asBoolean()))
        .hasSize(3);
    assertThat(json.at("/after").valueStream().filter(r -> r.path("unknown").asBoolean()))
        .hasSize(2);
    assertThat(out.resolve("contact-sheet.png")).isNotEmptyFile();
    assertThat(out.resolve("results.json")).isNotEmptyFile();
    assertThat(out.resolve("annotated")).isNotEmptyDirectory();

    // What it suggests works, and it can be run again; a folder of the user's is left alone.
    Ran.run("recognize", "--gallery", out.resolve("gallery"), out.resolve("queries")).ends(0);
    Ran again = Ran.run("demo", "--out", out).ends(0);
    assertThat(again.out()).contains("Try next:").contains("(unknown)");
    Path own = Files.createDirectories(folder.resolve("own/labels"));
    Ran.run("demo", "--out", own.getParent()).failsWith("--out");
    assertThat(own).exists();
  }
}
