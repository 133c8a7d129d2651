package ai.fovea.gallery.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextsTest {
  @Test
  void whatATextMayNotHoldIsNamedInWords() {
    assertThat(Texts.check("the source", "a.jpg")).isEmpty();
    assertThat(Texts.check("the source", "a\nb.jpg"))
        .contains("the source has a line break (U+000A) at position 2, expected one line of text");
    assertThat(Texts.check("the label", "\tx"))
        .contains("the label has a tab (U+0009) at position 1, expected one line of text");
    assertThat(Texts.check("the label", "x\u0007").orElseThrow()).contains("a control character");
    assertThat(Texts.check("the label", "x\uD800").orElseThrow()).contains("half of a character");
  }
}
