package ai.fovea.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunksTest {
  private static final int VALUES = 13;

  /// The largest is copied by several threads, and is no multiple of what each copies at a time.
  @ParameterizedTest
  @ValueSource(ints = {1, 64, 1000, 200_003})
  void copiesAllRows(int rows) {
    try (Arena arena = Arena.ofShared()) {
      long rowBytes = VALUES * Float.BYTES;
      MemorySegment from = arena.allocate(rowBytes * rows);
      for (long i = 0; i < (long) rows * VALUES; i++) {
        from.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
      }
      Chunks copy = Chunks.copyOf(from, rowBytes, rows);
      assertThat(copy.segments()[0].asSlice(0, from.byteSize()).mismatch(from)).isEqualTo(-1);
      assertThat(copy.readFloats(rows - 1)[VALUES - 1])
          .isEqualTo((float) ((long) rows * VALUES - 1));
    }
  }
}
