package ai.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PickleTest {
  private static Object load(String opcodes) throws WeightsException {
    return Pickle.load("test", opcodes.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void textOfProtocol0MayHaveEveryCharacter() throws WeightsException {
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
