package ai.fovea.gallery.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.fovea.gallery.calibration.Calibration.Basis;
import ai.fovea.gallery.calibration.Calibration.Label;
import ai.fovea.gallery.calibration.Calibration.Point;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {
  private static final Calibration FULL =
      new Calibration(
          0.1f + 0.2f,
          Basis.EXTRAPOLATED,
          OptionalDouble.of(1e-3),
          Optional.of(new Rate(1 / 3.0, 0.1, 0.5, 120)),
          Optional.empty(),
          new TreeMap<>(
              Map.of(
                  "a red mug \\n 7",
                  new Label(0.31f, Optional.of(new Rate(0.1, 0, 0.2, 9)), 3),
                  "-",
                  new Label(-1, Optional.empty(), 0))),
          List.of(new Point(0.1f, 0.9, 0), new Point(0.2f, 1e-9, 0.3)));

  @Test
  void textIsReadAsItWasWritten() {
    assertThat(Calibration.parse(FULL.toText())).isEqualTo(FULL);
    assertThat(Calibration.parse(Calibration.given(-3).toText())).isEqualTo(Calibration.given(-3));
  }

  /// Also as texts were before calibrations said with what they were found.
  @Test
  void whatItWasFoundWithIsKept() {
    Calibration other =
        new Calibration(
            FULL.threshold(),
            FULL.basis(),
            FULL.targetFalseAcceptRate(),
            FULL.falseAcceptRate(),
            FULL.falseRejectRate(),
            FULL.labels(),
            FULL.curve(),
            new Calibration.Method(false, 300, 41));
    assertThat(Calibration.parse(other.toText())).isEqualTo(other);
    assertThat(other.withoutLabel("-").method()).isEqualTo(other.method());
    assertThat(other.toText().replace("method one 300 41\n", "")).isEqualTo(FULL.toText());
    assertThat(FULL.method()).isEqualTo(Calibration.Method.USUAL);
    for (String wrong :
        List.of("two 300 41", "one 0 41", "one 300", "one 300 -1", "one 300 41 5")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Calibration.parse(other.toText().replace("one 300 41", wrong)));
    }
  }

  @Test
  void theFirstVersionIsReadToo() {
    Calibration old = Calibration.parse("0.53 measured 0.01 0.009 - 120 0");
    assertThat(old.threshold()).isEqualTo(0.53f);
    assertThat(old.basis()).isEqualTo(Basis.MEASURED);
    assertThat(old.falseAcceptRate().orElseThrow()).isEqualTo(new Rate(0.009, 0, 1, 120));
    assertThat(old.falseRejectRate()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "fovea-calibration 3\n", "fovea-calibration 2\n", "0.5 measured 0.01"})
  void otherTextIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Calibration.parse(text));
  }

  @Test
  void everyCutIsNoticed() {
    String text = FULL.toText();
    for (int end = 0; end < text.length() - 1; end++) {
      String cut = text.substring(0, end);
      // The last line is a name: its end can't be known.
      if (end <= text.lastIndexOf("a red")) {
        assertThatIllegalArgumentException().isThrownBy(() -> Calibration.parse(cut));
      }
    }
  }

  @Test
  void labelsMove() {
    assertThat(FULL.withLabelRenamed("-", "b").labels().keySet())
        .containsExactly("a red mug \\n 7", "b");
    assertThat(FULL.withLabelRenamed("none", "b")).isEqualTo(FULL);
    assertThat(FULL.withoutLabel("-").labels()).hasSize(1);
  }
}
