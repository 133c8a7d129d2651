package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsLineUpInAnyScript() {
    String text =
        new Table("name", ">n").row("相机", 5).row("cafe\u0301", 12).row("a\tb\n", 1).toString();
    assertThat(text)
        .isEqualTo(
            """
            name   n
            ----  --
            相机   5
            cafe\u0301  12
            a b    1
            """);
  }
}
