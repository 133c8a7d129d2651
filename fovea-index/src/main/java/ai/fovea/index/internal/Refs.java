package ai.fovea.index.internal;

/// Where something starts, as one number: which of some segments, and the byte in it.
public final class Refs {
  private static final int SHIFT = 48;

  private Refs() {}

  /// Byte `offset` (less than 2^48) of segment number `segment` (less than 2^15).
  public static long of(int segment, long offset) {
    return (long) segment << SHIFT | offset;
  }

  /// Returns the number of the segment.
  public static int segment(long ref) {
    return (int) (ref >>> SHIFT);
  }

  /// Returns the byte in it.
  public static long offset(long ref) {
    return ref & ((1L << SHIFT) - 1);
  }
}
