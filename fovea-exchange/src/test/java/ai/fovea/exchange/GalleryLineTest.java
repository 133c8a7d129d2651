package ai.fovea.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GalleryLineTest {
  @ParameterizedTest
  @CsvSource({
    "a.jpg<TAB>mineral water, a.jpg, mineral water",
    "a b.jpg<TAB>mineral water, a b.jpg, mineral water",
    "a.jpg mineral water, a.jpg, mineral water",
    "my images/a.jpg mineral water, my images/a.jpg, mineral water",
    "' a.jpg<TAB> label ', a.jpg, label",
    "a.jpg 7, a.jpg, 7"
  })
  void theLabelIsAllBehindTheDelimiter(String line, String path, String label) {
    assertThat(GalleryLine.parse(line.replace("<TAB>", "\t"), Optional.empty()))
        .isEqualTo(new GalleryLine(Optional.of(path), label));
  }

  @ParameterizedTest
  @CsvSource({"mineral water", "cola", "a.jpg", "two words"})
  void withoutADelimiterALineIsALabel(String line) {
    assertThat(GalleryLine.parse(line, Optional.empty()))
        .isEqualTo(new GalleryLine(Optional.empty(), line));
  }

  @Test
  void aGivenDelimiterIsTheOnlyOne() {
    assertThat(GalleryLine.parse("a b,c d,e", Optional.of(",")))
        .isEqualTo(new GalleryLine(Optional.of("a b"), "c d,e"));
    assertThat(GalleryLine.parse("a.jpg b", Optional.of("\t")).path()).isEmpty();
    assertThat(GalleryLine.parse("a.jpg b", Optional.empty()).text()).isEqualTo("a.jpg\tb");
  }
}
