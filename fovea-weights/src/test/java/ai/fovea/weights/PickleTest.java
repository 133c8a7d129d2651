package ai.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.graph.NDArray;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PickleTest {
  private static Object load(String opcodes) {
    return Pickle.load("test", opcodes.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// `np.array([[1, 2], [3, 4]], dtype)` as Python 3 writes it with protocol 2, where bytes are text.
  private static String array(String type, String order, boolean columns, String utf8) {
    int n = utf8.getBytes(StandardCharsets.ISO_8859_1).length;
    String empty = "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tU\1btR";
    String named = "cnumpy\ndtype\n(U\2" + type + "tR";
    String sizes = "J\u00ff\u00ff\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK\0";
    return empty
        + "(K\1K\2K\2\u0086"
        + named
        + "(K\3U\1"
        + order
        + "NNN"
        + sizes
        + "tb"
        + (columns ? "\u0088" : "\u0089")
        + "c_codecs\nencode\nX"
        + (char) (n & 0xFF)
        + (char) (n >> 8)
        + "\0\0"
        + utf8
        + "U\6latin1\u0086Rtb";
  }

  @Test
  void arraysThatAreNoViewsAreConverted() {
    String rows = "\0\1\0\2\0\3\0\4";
    assertThat(((NDArray) load(array("i2", ">", false, rows) + ".")).floats())
        .containsExactly(1, 2, 3, 4);
    assertThat(((NDArray) load(array("i2", ">", true, rows) + ".")).floats())
        .containsExactly(1, 3, 2, 4);
    String text = "\u00c3\u00bf\0\0\0\u00c2\u0080\0\1\0"; // 255, 0, 128, 1
    assertThat(((NDArray) load(array("i2", "<", true, text) + ".")).floats())
        .containsExactly(255, 128, 0, 1);
    for (String wrong : List.of("\u00c4\u0080", "\u00c3", "\u0080a", "\u00e2\u0082\u00ac")) {
      assertThatThrownBy(() -> load(array("i1", "|", false, wrong + wrong) + "."))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("text that is not ");
    }
  }

  /// A text of a megabyte that each of thousands of arrays is made of again.
  @Test
  void bytesThatAreAskedForAgainAndAgainAreNotCopiedEachTime() {
    String again = "c_codecs\nencode\n(h\1U\6latin1tR0";
    String opcodes = "X\0\0\u0010\0" + "a".repeat(1 << 20) + "q\1" + again.repeat(4096) + ".";
    assertThatThrownBy(() -> load(opcodes))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("again and again");
  }

  @Test
  void longTextsAreReadWhereTheyAreTexts() {
    String text = "t".repeat(10_000) + "\u00c3\u00a9";
    String length = (char) (text.length() & 0xFF) + "" + (char) (text.length() >> 8) + "\0\0";
    String expected = "t".repeat(10_000) + "é";
    assertThat(load("X" + length + text + ".")).isEqualTo(expected);
    assertThat(load("}X" + length + text + "K\1s.")).isEqualTo(Map.of(expected, 1L));
  }

  @Test
  void textOfProtocol0MayHaveEveryCharacter() {
    assertThat(load("Vt\u00e9 \\u519c \\U0001f600\\u005cn\n.")).isEqualTo("té 农 😀\\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"V\\uzzzz\n.", "V\\Uffffffff\n.", "V\\U00110000\n.", "S'\\q'\n.", "S'a\n."})
  void malformedTextIsRefused(String opcodes) {
    assertThatThrownBy(() -> load(opcodes))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith("test: byte ");
  }
}
