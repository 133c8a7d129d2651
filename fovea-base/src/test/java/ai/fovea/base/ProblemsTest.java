package ai.fovea.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProblemsTest {
  private static List<String> lines(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "list.txt:" + i + ": no label").toList();
  }

  @Test
  void upToTwentyAreShownAsTheyAre() {
    assertThat(Problems.text(lines(1))).isEqualTo("list.txt:1: no label");
    assertThat(Problems.text(lines(20))).startsWith("20 problems:\n").doesNotContain("more");
  }

  /// However often one comes, and whether before or after the others.
  @Test
  void aKindThatComesByTheHundredHidesNoOther() {
    List<String> others =
        List.of(
            "Global.epochs: must be at least 1, not 0",
            "data/gone.txt: the list file does not exist",
            "list.txt:7: 'a.png' does not exist");
    for (int before : List.of(0, 1, 500)) {
      List<String> all = new ArrayList<>(lines(before));
      all.addAll(others);
      all.addAll(lines(500).subList(before, 500));
      String text = Problems.text(all);
      assertThat(text.lines()).hasSize(22);
      assertThat(text).contains(others).endsWith("and 483 more");
      assertThat(text.lines().skip(1).limit(20).map(String::strip).toList())
          .as("in their order")
          .isSubsetOf(all)
          .isSortedAccordingTo((a, b) -> Integer.compare(all.indexOf(a), all.indexOf(b)));
    }
  }
}
