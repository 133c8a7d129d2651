package ai.fovea.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class HnswGraphTest {
  private final HnswGraph graph = new HnswGraph(4);

  @Test
  void copiesThatWereLinkedBeforeAreNoted() {
    place(0, 100);
    graph.set(7, 0, new int[] {3, 3, 9}, 3);
    graph.set(70, 0, new int[] {3, 9}, 2);
    assertThat(copies()).containsExactly(7);
  }

  @Test
  void aRowThatIsPlacedAnewIsNoCopy() {
    place(0, 100);
    graph.noteCopy(64);
    graph.noteCopy(65);
    graph.place(64, 0);
    assertThat(copies()).containsExactly(65);
  }

  @Test
  void furtherRowsMayBeCopies() {
    place(0, 1);
    graph.noteCopy(0);
    place(1, 1000);
    graph.noteCopy(999);
    assertThat(copies()).containsExactly(0, 999);
  }

  private void place(int from, int end) {
    for (int row = from; row < end; row++) {
      graph.place(row, 0);
    }
  }

  private int[] copies() {
    return BitSet.valueOf(graph.copies()).stream().toArray();
  }
}
