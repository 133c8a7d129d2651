package ai.fovea.index;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HnswContentsTest {
  private static final int M = 4;

  /// Graphs that one thread looks through and that several do; wrong links at the ends of what is
  /// read at a time.
  @ParameterizedTest
  @CsvSource({
    "10,0",
    "10,9",
    "1500,1023",
    "1500,1024",
    "300003,0",
    "300003,170000",
    "300003,300002"
  })
  void namesTheRowOfAWrongLink(int rows, int wrong) {
    MemorySegment lowest = links(rows);
    lowest.setAtIndex(ValueLayout.JAVA_INT, (wrong + 1L) * 2 * M - 1, rows);
    assertThatThrownBy(() -> graph(rows, lowest))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row " + wrong + " has a link to " + rows);
    lowest.setAtIndex(ValueLayout.JAVA_INT, (wrong + 1L) * 2 * M - 1, -2);
    assertThatThrownBy(() -> graph(rows, lowest))
        .hasMessageContaining("row " + wrong + " has a link to -2");
  }

  @Test
  void takesLinksToAnyRow() {
    assertThatCode(() -> graph(300_003, links(300_003))).doesNotThrowAnyException();
  }

  @Test
  void refusesMemoryOfOneThread() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment lowest = arena.allocateFrom(ValueLayout.JAVA_INT, new int[2 * M]);
      assertThatThrownBy(() -> graph(1, lowest))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not of a confined one");
    }
  }

  private static HnswContents graph(int rows, MemorySegment lowest) {
    return new HnswContents(
        M,
        LongStream.range(0, rows).toArray(),
        MemorySegment.NULL,
        new byte[rows],
        lowest,
        new int[0],
        0);
  }

  private static MemorySegment links(int rows) {
    MemorySegment links = Arena.ofAuto().allocate(2L * M * Integer.BYTES * rows, 64);
    for (long i = 0; i < 2L * M * rows; i++) {
      links.setAtIndex(ValueLayout.JAVA_INT, i, (int) (i % (rows + 1)) - 1);
    }
    return links;
  }
}
