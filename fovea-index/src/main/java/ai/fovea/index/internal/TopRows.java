package ai.fovea.index.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Keeps the best of many rows by their ordered scores: what [TopK] does for results, in half the
/// time for rows alone. A binary heap with the worst on top, of single numbers that hold ordered
/// score and row. Of equal ordered scores the one with the smaller id is the better.
public final class TopRows {
  private static final int MAGNITUDE = Integer.MAX_VALUE;

  private final int max;
  private final long @Nullable [] ids;
  private long[] heap;
  private int size;

  /// Room for `max` rows; memory grows with what is offered.
  ///
  /// @param ids the id of each row; null where that is its number
  public TopRows(int max, long @Nullable [] ids) {
    this.max = max;
    this.ids = ids;
    this.heap = new long[Math.min(max, 32)];
  }

  /// Returns the ordered score below which nothing is kept.
  public float floor() {
    return size < max ? Float.NEGATIVE_INFINITY : orderedScore(heap[0]);
  }

  /// Returns how many are kept.
  public int size() {
    return size;
  }

  /// Returns whether a row would be kept.
  public boolean wants(float orderedScore, int row) {
    return size < max || worse(heap[0], entry(orderedScore, row));
  }

  /// Keeps a row that is wanted.
  public void add(float orderedScore, int row) {
    long entry = entry(orderedScore, row);
    if (size < max) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, (int) Math.min(max, 2L * size));
      }
      rise(entry, size++);
    } else {
      sink(entry);
    }
  }

  /// Returns what is kept, in no order.
  public int[] rows() {
    int[] rows = new int[size];
    Arrays.setAll(rows, i -> (int) heap[i]);
    return rows;
  }

  /// Such that whole numbers are in the order of the floats.
  private static long entry(float orderedScore, int row) {
    // Both zeros are the same.
    int bits = Float.floatToRawIntBits(orderedScore + 0f);
    return (long) (bits ^ (bits >> 31 & MAGNITUDE)) << 32 | row;
  }

  private static float orderedScore(long entry) {
    int bits = (int) (entry >> 32);
    return Float.intBitsToFloat(bits ^ (bits >> 31 & MAGNITUDE));
  }

  private boolean worse(long a, long b) {
    long difference = (a >> 32) - (b >> 32);
    if (difference != 0) {
      return difference < 0;
    }
    return ids == null ? (int) a > (int) b : ids[(int) a] > ids[(int) b];
  }

  private void rise(long entry, int from) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) / 2;
      if (!worse(entry, heap[parent])) {
        break;
      }
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  /// In the place of the worst.
  private void sink(long entry) {
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && worse(heap[child + 1], heap[child])) {
        child++;
      }
      if (!worse(heap[child], entry)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = entry;
  }
}
