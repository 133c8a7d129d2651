package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.fovea.cli.gallery.ImportFailure;
import ai.fovea.cli.text.ReportingOutput;
import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
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

  /// A caret stands under the column that it means.
  @Test
  void whatIsShownOfAFileKeepsItsPlace() {
    var e =
        assertThrows(
            ConfigException.class,
            () -> Config.parse("Global:\n  image_shape: [3, 224, 224}\n", "x.yaml"));
    List<String> lines = Failures.findings(e);
    int caret = 0;
    while (!lines.get(caret).strip().equals("^")) {
      caret++;
    }
    String excerpt = lines.get(caret - 1);
    assertThat(excerpt.charAt(lines.get(caret).indexOf('^'))).isIn('[', '}');
    assertThat(lines.getFirst()).startsWith("x.yaml: not YAML: ");
    assertThat(Failures.describe(e)).doesNotContain("^").contains("line 2");
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
  void stacksOfNativeLibrariesAreCut() {
    String text =
        "epoch 1: index 7 is out of bounds\n"
            + "Exception raised from check at /pytorch/aten/src/ATen/X.cpp:9 (most recent call"
            + " first):\nframe #0: c10::Error::Error(c10::SourceLocation) + 0x6c (0x7f in"
            + " libc10.so)\nframe #1: main\n";
    assertThat(Failures.findings(new IllegalStateException(text)))
        .containsExactly("epoch 1: index 7 is out of bounds");
    assertThat(Failures.describe(new IllegalStateException("no\nframe #0: c10::x\nframe #1: y")))
        .isEqualTo("no");
    assertThat(
            Failures.plain(
                "x.png: OpenCV(4.13.0) /work/opencv/modules/imgproc/src/resize.cpp:4211: error:"
                    + " (-215:Assertion failed) !ssize.empty() in function 'resize'"))
        .isEqualTo("x.png: OpenCV: !ssize.empty() in function 'resize'");
  }

  @Test
  void aFullDiskIsToldWithWhatHelps() {
    assertThat(
            Failures.describe(
                new FileSystemException(
                    "g/log", null, "can't be written: No space left on device")))
        .isEqualTo(
            "g/log: can't be written: no space is left on the disk; free some, or name a place on"
                + " another one");
  }

  @Test
  void aReportThatCantBeWrittenHidesNoFailure() {
    var failure = new CommandException("g: not built");
    var full = new IOException("r.csv: can't be written");
    ImportFailure.Writing report =
        () -> {
          throw full;
        };
    assertThat(ImportFailure.withReport(failure, report))
        .isSameAs(failure)
        .hasSuppressedException(full);
  }

  @Test
  void whyStandardOutputCantBeWrittenIsKept() {
    for (String reason : List.of("No space left on device", "Broken pipe")) {
      var results =
          new ReportingOutput(
              new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                  throw new IOException(reason);
                }
              });
      var out = new PrintWriter(results, true, StandardCharsets.UTF_8);
      assertThat(results.problem()).isEmpty();
      out.println("x");
      assertThat(out.checkError()).isTrue();
      if (reason.equals("Broken pipe")) {
        assertThat(results.problem()).isEmpty(); // the reader had enough
      } else {
        assertThat(results.problem().orElseThrow())
            .startsWith("standard output: can't be written: no space is left on the disk");
      }
    }
  }

  @Test
  void ordinaryTextsStayAsTheyAre() {
    for (String text : List.of("Global.Error: x", "see a.b.C for more", "weights.Exceptional: 1")) {
      assertThat(Failures.plain(text)).isEqualTo(text);
    }
  }
}
