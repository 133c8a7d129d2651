package ai.fovea.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NDArrayTest {
  private static final int N = 6;

  private static NDArray onHeap(DType type) {
    return switch (type) {
      case FLOAT32 -> NDArray.of(new float[] {1, -2, 3, 4, 5, 6}, 2, 3);
      case FLOAT64 -> NDArray.of(new double[] {1, -2, 3, 4, 5, 6}, 2, 3);
      case INT64 -> NDArray.of(new long[] {1, -2, 3, 4, 5, 6}, 2, 3);
      case INT32 -> NDArray.of(new int[] {1, -2, 3, 4, 5, 6}, 2, 3);
      case INT16 -> NDArray.of(type, new short[] {1, -2, 3, 4, 5, 6}, 2, 3);
      case FLOAT16, BFLOAT16 -> {
        short[] bits = new short[N];
        float[] values = {1, -2, 3, 4, 5, 6};
        for (int i = 0; i < N; i++) {
          bits[i] =
              type == DType.FLOAT16
                  ? Float.floatToFloat16(values[i])
                  : (short) (Float.floatToRawIntBits(values[i]) >> 16);
        }
        yield NDArray.of(type, bits, 2, 3);
      }
      case INT8, UINT8, BOOL -> NDArray.of(type, new byte[] {1, -2, 3, 4, 5, 6}, 2, 3);
    };
  }

  @ParameterizedTest
  @EnumSource
  void viewsAtOddAddressesHoldTheSameValues(DType type) {
    NDArray heap = onHeap(type);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment all = arena.allocate(heap.memory().byteSize() + 3, 8);
      MemorySegment odd = all.asSlice(3);
      odd.copyFrom(heap.memory());
      NDArray view = NDArray.view(type, odd, 2, 3);
      assertThat(view.memory().mismatch(heap.memory())).isEqualTo(-1);
      if (type == DType.BOOL) {
        assertThatThrownBy(view::floats).isInstanceOf(GraphException.class);
      } else {
        float second = type == DType.UINT8 ? 254 : -2;
        assertThat(view.floats()).containsExactly(1, second, 3, 4, 5, 6).isEqualTo(heap.floats());
        float[] some = new float[4];
        view.copyFloats(1, some, 2);
        assertThat(some).containsExactly(second, 3, 0, 0);
        assertThatThrownBy(() -> view.copyFloats(4, some, 3))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
      if (type == DType.INT64 || type == DType.INT32) {
        assertThat(view.longs()).containsExactly(1, -2, 3, 4, 5, 6).isEqualTo(heap.longs());
      } else {
        assertThatThrownBy(view::longs).isInstanceOf(GraphException.class);
      }
    }
  }

  @Test
  void arraysAreNotCopiedAndPartsOfThemAreNotTakenForTheWhole() {
    float[] own = {1, 2, 3};
    assertThat(NDArray.of(own, 3).floats()).isSameAs(own);
    assertThat(NDArray.of(own, 3).reshaped(3, 1).floats()).isSameAs(own);
    long[] longs = {1, 2};
    assertThat(NDArray.of(longs, 2).longs()).isSameAs(longs);
    MemorySegment part = MemorySegment.ofArray(own).asSlice(4);
    assertThat(NDArray.view(DType.FLOAT32, part, 2).floats()).containsExactly(2, 3);
    MemorySegment bytes = MemorySegment.ofArray(new byte[] {0, 0, -128, 63});
    assertThat(NDArray.view(DType.FLOAT32, bytes, 1).floats()).containsExactly(1);
  }

  @Test
  void memoryIsReadOnlyFitsItsShapeAndEndsWithItsArena() {
    NDArray heap = NDArray.of(new float[] {1}, 1);
    assertThat(heap.memory().isReadOnly()).isTrue();
    assertThatThrownBy(() -> NDArray.view(DType.FLOAT32, heap.memory(), 2))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("4 bytes can't be float32[2]");
    MemorySegment odd = MemorySegment.ofArray(new byte[5]);
    assertThatThrownBy(() -> NDArray.view(DType.FLOAT32, odd, 1))
        .isInstanceOf(GraphException.class);
    NDArray gone;
    try (Arena arena = Arena.ofConfined()) {
      gone = NDArray.view(DType.FLOAT32, arena.allocate(4), 1);
    }
    assertThatThrownBy(gone::floats).isInstanceOf(IllegalStateException.class);
  }
}
