package ai.fovea.index.internal;

import java.lang.foreign.MemorySegment;

/// The inner loops of vector search: one query against rows that lie one after another in memory.
///
/// The order in which a row's terms are added does not depend on where the row lies or on its neighbours, nor on what the
/// compiler does: equal rows have equal scores. Between kinds of kernels scores may differ by rounding.
///
/// Stateless, for any number of threads.
public interface Kernels {

  /// What runs, for people: `scalar`, `simd 16 x float`.
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

  /// The inner products of `query` with `count` rows that lie anywhere, into `out`; equal to those of [#dot].
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

  /// The fastest kind that this process can run, chosen at the first call.
  static Kernels fastest() {
    return KernelChoice.FASTEST;
  }
}
