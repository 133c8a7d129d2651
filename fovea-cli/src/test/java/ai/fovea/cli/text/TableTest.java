package ai.fovea.cli.text;

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

  @Test
  void whatIsTooWideGoesOnInTheNextLine() {
    String text =
        new Table("image", "label", ">score")
            .row("photos/holidays/2024/mug.jpg", "mug", "0.912")
            .row("a.jpg", "bowl", "0.5")
            .render(32, false);
    assertThat(text)
        .isEqualTo(
            """
            image               label  score
            ------------------  -----  -----
            photos/holidays/    mug    0.912
            2024/mug.jpg
            a.jpg               bowl     0.5
            """);
    assertThat(text.lines()).allSatisfy(l -> assertThat(TextWidth.of(l)).isLessThanOrEqualTo(32));
  }

  /// A column of sentences gives way before one of names is broken inside them.
  @Test
  void namesStayWholeWhereThereIsRoom() {
    String text =
        new Table("network", "what it is")
            .row("PPLCNetV2_base_ssld_long", "a net of depthwise convolutions, for processors")
            .render(46, false);
    assertThat(text.lines().toList())
        .containsExactly(
            "network                   what it is",
            "------------------------  --------------------",
            "PPLCNetV2_base_ssld_long  a net of depthwise",
            "                          convolutions, for",
            "                          processors");
    assertThat(
            new Table("a", "b")
                .row("one_very_long_name_of_a_thing", "another_very_long_name")
                .render(40, false)
                .lines())
        .allSatisfy(l -> assertThat(TextWidth.of(l)).isLessThanOrEqualTo(40));
  }

  @Test
  void coloursTakeNoRoomAndStandOnlyWhereTheyAreWanted() {
    Table table =
        new Table("image", "label", ">n")
            .row("a.jpg", new Table.Cell("mug", Table.Colour.GREEN), 1)
            .row("b.jpg", new Table.Cell("(unknown)", Table.Colour.YELLOW), 2);
    assertThat(table.toString()).doesNotContain("\u001B");
    String coloured = table.render(100, true);
    assertThat(coloured).contains("\u001B[32mmug\u001B[0m", "\u001B[33m(unknown)\u001B[0m");
    assertThat(coloured.replaceAll("\u001B\\[[0-9]+m", "")).isEqualTo(table.toString());
  }
}
