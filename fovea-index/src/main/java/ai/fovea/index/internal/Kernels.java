package ai.fovea.index.internal;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The inner loops of vector search: one query against rows that lie one after another in memory.
///
/// The order in which a row's terms are added does not depend on where the row lies or on its
/// neighbours, nor on what the compiler does: equal rows have equal scores. Between kinds of
/// kernels scores may differ by rounding.
///
/// Stateless, for any number of threads.
public interface Kernels {

  /// Returns what runs, for people: `scalar`, `simd 16 x float`.
  String name();

  /// `out[i] = Σ query[d] * rows[first + i][d]` for `i` in `[0, count)`.
  ///
  /// @param query `[D]`
  /// @param rows `[*,D]` floats in the machine's byte order, without gaps
  void dot(float[] query, MemorySegment rows, long first, int count, float[] out);

  /// `out[i] = Σ (query[d] - rows[first + i][d])²` for `i` in `[0, count)`.
  ///
  /// @param query `[D]`
  /// @param rows `[*,D]` floats in the machine's byte order, without gaps
  void squaredDistance(float[] query, MemorySegment rows, long first, int count, float[] out);

  /// As [#dot], for four runs of `count` rows that begin `apart` rows from each other:
  /// `out[s * count + i]` is that of row `first + s * apart + i`, `s` from 0 to 3. From four places
  /// at once a thread gets all that memory gives, from one about half of it; what lies in caches
  /// comes faster by [#dot].
  default void dotStreams(
      float[] query, MemorySegment rows, long first, long apart, int count, float[] out) {
    streams(query, rows, first, apart, count, out, this::dot);
  }

  /// As [#dotStreams], the squared distances.
  default void squaredDistanceStreams(
      float[] query, MemorySegment rows, long first, long apart, int count, float[] out) {
    streams(query, rows, first, apart, count, out, this::squaredDistance);
  }

  /// The inner products of `query` with `count` rows that lie anywhere, into `out`; equal to those
  /// of [#dot].
  ///
  /// @param query `[D]`
  /// @param segments where rows lie
  /// @param refs where each row starts, see [Refs]; what lies behind the first `count`
  ///     is overwritten, room for three is needed; the same goes for `out`
  void dotRows(float[] query, MemorySegment[] segments, long[] refs, int count, float[] out);

  /// As [#dotRows], the squared distances; equal to those of [#squaredDistance].
  void squaredDistanceRows(
      float[] query, MemorySegment[] segments, long[] refs, int count, float[] out);

  /// As [#dotRows], with rows of signed bytes: `out[i] = Σ query[d] * row[i][d]`.
  ///
  /// @param query `[P]`, `P` a multiple of 16
  void dotBytes(float[] query, MemorySegment[] segments, long[] refs, int count, float[] out);

  /// As the other `dotBytes`, for `count` rows one after another from byte `from` of a segment on,
  /// into `out` from `to` on, where there has to be room for three more.
  void dotBytes(float[] query, MemorySegment rows, long from, int count, float[] out, int to);

  /// As [#dotBytes(float[], MemorySegment, long, int, float[], int)], for two queries at once, with
  /// the same results.
  default void dotBytesTwice(
      float[] query,
      float[] other,
      MemorySegment rows,
      long from,
      int count,
      float[] out,
      float[] otherOut,
      int to) {
    dotBytes(query, rows, from, count, out, to);
    dotBytes(other, rows, from, count, otherOut, to);
  }

  /// Returns how many queries the packed kinds of kernels compare together, at most 64.
  int width();

  /// Puts queries (`[D]` each) side by side: value `d` of the `j`-th is at `d * width() + j`.
  /// Missing ones are zeros.
  ///
  /// @param packed `[D, width]`
  default void pack(float[][] queries, int first, int count, float[] packed) {
    Arrays.fill(packed, 0);
    for (int j = 0; j < count; j++) {
      float[] query = queries[first + j];
      for (int d = 0; d < query.length; d++) {
        packed[d * width() + j] = query[d];
      }
    }
  }

  /// The inner products of packed queries with rows one after another: `out[i * width() + j]` for
  /// row `first + i` and query `j`. They differ from those of [#dot] by rounding.
  void dotPacked(
      float[] packed, int dimension, MemorySegment rows, long first, int count, float[] out);

  /// As [#dotPacked], the squared distances.
  void squaredDistancePacked(
      float[] packed, int dimension, MemorySegment rows, long first, int count, float[] out);

  /// Returns which of the `width()` values from `at` on are at least as great as their bounds: bit
  /// `j` for the `j`-th.
  long atLeast(float[] values, int at, float[] bounds);

  /// As [#atLeast], at most as great.
  long atMost(float[] values, int at, float[] bounds);

  /// Returns the fastest kind that this process can run, chosen at the first call.
  static Kernels fastest() {
    return KernelChoice.FASTEST;
  }

  /// One of [#dot] and [#squaredDistance].
  @FunctionalInterface
  interface OfRows {
    /// Compares a query with rows.
    void compare(float[] query, MemorySegment rows, long first, int count, float[] out);
  }

  private static void streams(
      float[] query,
      MemorySegment rows,
      long first,
      long apart,
      int count,
      float[] out,
      OfRows kernel) {
    float[] one = new float[count];
    for (int s = 0; s < 4; s++) {
      kernel.compare(query, rows, first + s * apart, count, one);
      System.arraycopy(one, 0, out, s * count, count);
    }
  }
}
