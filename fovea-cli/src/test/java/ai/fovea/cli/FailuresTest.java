package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.config.ConfigException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailuresTest {
  @Test
  void severalFindingsAreSeveralLines() {
    var e = new ConfigException(List.of("Global.epochs: missing", "Arch.name: 'x' is unknown"));
    assertThat(Failures.findings(e))
        .containsExactly("2 problems:", "Global.epochs: missing", "Arch.name: 'x' is unknown");
    assertThat(Failures.describe(e))
        .isEqualTo("2 problems: Global.epochs: missing; Arch.name: 'x' is unknown");
  }

  @Test
  void javaIsNotSpokenOf() {
    var cause = new NoSuchFileException("gallery/LOCK");
    assertThat(Failures.describe(new IOException("can't open the gallery g: " + cause, cause)))
        .isEqualTo("can't open the gallery g: no such file or folder: gallery/LOCK");
    assertThat(Failures.plain("can't: " + new AccessDeniedException("a/b")))
        .isEqualTo("can't: access denied: a/b");
    assertThat(Failures.plain("not read: java.lang.IllegalStateException: closed"))
        .isEqualTo("not read: closed");
    assertThat(Failures.describe(new IllegalStateException((String) null)))
        .contains("--debug")
        .doesNotContain("java.");
  }

  @Test
  void ordinaryTextsStayAsTheyAre() {
    for (String text : List.of("Global.Error: x", "see a.b.C for more", "weights.Exceptional: 1")) {
      assertThat(Failures.plain(text)).isEqualTo(text);
    }
  }
}
