package ai.fovea.image.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.image.Image;
import ai.fovea.image.Samples;
import ai.fovea.image.Thumbnail;
import java.awt.Color;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class DrawingTest {
  private final Image photo = Samples.photo(600, 400, 1);

  @Test
  void nothingToDrawChangesNothing() {
    assertThat(Drawing.annotate(photo, List.of())).isEqualTo(photo);
  }

  @Test
  void knownAndUnknownThingsHaveDifferentColours() {
    var box = new Annotation.Box(100, 150, 200, 150);
    Image known = Drawing.annotate(photo, List.of(Annotation.of(box, "cup", 0.9)));
    Image unknown = Drawing.annotate(photo, List.of(Annotation.unknown(0.3).in(box)));
    assertThat(count(known, Canvas.KNOWN)).isGreaterThan(1000);
    assertThat(count(known, Canvas.UNKNOWN)).isZero();
    assertThat(count(unknown, Canvas.UNKNOWN)).isGreaterThan(1000);
    assertThat(known.width()).isEqualTo(600);
  }

  @Test
  void aSmallImageIsEnlargedSoThatTextCanBeRead() {
    Image drawn = Drawing.annotate(Samples.photo(60, 30, 1), List.of(Annotation.of("чашка 杯子", 1)));
    assertThat(drawn.width()).isEqualTo(480);
    assertThat(drawn.height()).isEqualTo(240);
  }

  /// A private-use character is in no font, and a script in none of a machine without its fonts.
  @Test
  void whatNoFontHasIsDrawnAsItsNumber() {
    var key = new LabelKey();
    List<Image> drawn =
        Stream.of("\uF8F3\uF8F4", "cup \uF8F3", "\uF8F3\uF8F4", "[1]", "[2] cup")
            .map(label -> Drawing.annotate(photo, List.of(Annotation.of(label, 0.9)), key))
            .toList();
    assertThat(key.numbers())
        .containsExactly(Map.entry("\uF8F3\uF8F4", 1), Map.entry("cup \uF8F3", 2));
    assertThat(drawn.get(0)).isEqualTo(drawn.get(2)).isEqualTo(drawn.get(3));
    assertThat(drawn.get(1)).isEqualTo(drawn.get(4));
  }

  @Test
  void whatFontsHaveHasNoNumber() {
    var key = new LabelKey();
    for (String label : List.of("cup", "Tasse à café", "чашка", "", " ", "a\u200Db\uFE0F")) {
      Drawing.annotate(photo, List.of(Annotation.of(label, 0.9)), key);
    }
    assertThat(key.numbers()).isEmpty();
  }

  @Test
  void sheetsHaveNumbersToo() {
    var key = new LabelKey();
    var cell = new ContactSheet.Cell(photo, "\uF8F3", "\uF8F4.jpg", true);
    new ContactSheet(100).draw("\uF8F5", List.of(new ContactSheet.Row(cell, List.of(cell))), key);
    assertThat(key.numbers().keySet()).containsExactly("\uF8F5", "\uF8F3", "\uF8F4.jpg");
  }

  @Test
  void aSheetHasARowForEachQuery() {
    var cell =
        new ContactSheet.Cell(photo, "a cup with a long, long name that is cut", "0.91", true);
    var one = new ContactSheet.Row(cell, List.of(cell, cell, cell));
    var none = new ContactSheet.Row(new ContactSheet.Cell(photo, "unknown", "", false), List.of());
    Image two = new ContactSheet(100).draw("Queries", List.of(one, none));
    Image three = new ContactSheet(100).draw("Queries", List.of(one, none, one));
    assertThat(three.width()).isEqualTo(two.width()).isBetween(430, 520);
    assertThat(three.height()).isGreaterThan(two.height() + 100);
    assertThat(count(two, Canvas.UNKNOWN)).isPositive();
    assertThatThrownBy(() -> new ContactSheet(100).draw("", List.of()))
        .hasMessageContaining("at least one row");
  }

  @Test
  void aThumbnailKeepsTheProportions() {
    Image small = Thumbnail.of(photo, 90);
    assertThat(small.width()).isEqualTo(90);
    assertThat(small.height()).isEqualTo(60);
    assertThat(Thumbnail.of(Samples.photo(1, 900, 1), 90).width()).isEqualTo(1);
  }

  private static int count(Image image, Color colour) {
    int count = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        if (image.at(x, y, 0) == colour.getRed()
            && image.at(x, y, 1) == colour.getGreen()
            && image.at(x, y, 2) == colour.getBlue()) {
          count++;
        }
      }
    }
    return count;
  }
}
