package ai.fovea.index.faiss;

import java.lang.foreign.MemorySegment;

/// Where each row of an IVF index lies, which Faiss keeps on request, to find vectors by their ids.
/// Reading does not use it; it is kept so that a file is written again as it was.
///
/// In the file: uint8 kind (0 none, 1 array, 2 table), vec<int64> array, and for kind 2 a vec of
/// pairs of int64.
///
/// @param kind what there is
/// @param array int64 for each row: list number in the upper half, place in the list in the lower
/// @param table pairs of int64: id, place
public record DirectMap(Kind kind, MemorySegment array, MemorySegment table) {
  /// No map.
  public static final DirectMap NONE =
      new DirectMap(Kind.NONE, LittleEndian.of(new long[0]), LittleEndian.of(new long[0]));

  /// Which of the two forms there is.
  public enum Kind {
    NONE(0),
    ARRAY(1),
    TABLE(2);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /// Returns the number in the file.
    int code() {
      return code;
    }
  }
}
