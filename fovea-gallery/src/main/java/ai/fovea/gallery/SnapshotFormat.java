package ai.fovea.gallery;

import java.util.Locale;

/// A snapshot: all pictures of a gallery at one moment, in a file that is never changed once it has its name.
///
/// All numbers are little-endian. With `N` pictures of `D` values and `L` labels:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | the text `FVGSNAP1` |
/// | 8 | 4 | `D` |
/// | 12 | 4 | `L` |
/// | 16 | 8 | `N` |
/// | 24 | 8 | the snapshot's sequence number, which is also in its name |
/// | 32 | 8 | `B`, the length of the body, which is everything up to the checksums |
/// | 40 | 24 | zero |
/// | 64 | 8·N | ids, ascending |
/// | | 4·N | the number of each picture's label, 0 to `L`-1 |
/// | | 0–63 | zero, up to a multiple of 64 |
/// | | 4·D·N | vectors, 32-bit floats, in the order of the ids |
/// | | | `L` texts: the labels |
/// | | | for each picture a text, its source; 4 bytes, the number of its attributes; for each a text, the key, and a text, the value |
/// | B | 4·⌈B/65536⌉ | the CRC-32C of each 64 KiB of the body, the last of what is left |
/// | | 8 | `B` again |
/// | | 4 | the CRC-32C of the checksums and that `B` |
/// | | 4 | the text `FVGE` |
///
/// A text is 4 bytes, the number of its bytes, and these in UTF-8; a source that is absent has the number -1 and no bytes.
///
/// Each byte is covered by a checksum, or determined by another one. The vectors lie as they do in memory, at a
/// multiple of 64, so that they can be mapped; a log of later changes goes into a file of its own, beside the snapshot.
final class SnapshotFormat {
  static final byte[] MAGIC = {'F', 'V', 'G', 'S', 'N', 'A', 'P', '1'};
  static final byte[] END = {'F', 'V', 'G', 'E'};
  static final int HEADER_BYTES = 64;
  static final int BLOCK_BYTES = 1 << 16;
  static final int TRAILER_BYTES = 16;
  static final int VECTOR_ALIGNMENT = 64;
  static final int ABSENT = -1;
  private static final String PREFIX = "snapshot-";
  private static final String SUFFIX = ".fvs";

  private SnapshotFormat() {}

  /// The file name of a snapshot: `snapshot-000001.fvs`.
  static String fileName(long sequence) {
    return String.format(Locale.ROOT, "%s%06d%s", PREFIX, sequence, SUFFIX);
  }

  /// Whether a file of this name is a snapshot.
  static boolean isSnapshot(String fileName) {
    return fileName.startsWith(PREFIX) && fileName.endsWith(SUFFIX);
  }

  static long blocks(long body) {
    return Math.ceilDiv(body, (long) BLOCK_BYTES);
  }

  /// The length of a file with a body of that length.
  static long fileBytes(long body) {
    return Math.addExact(body, Math.addExact(Integer.BYTES * blocks(body), TRAILER_BYTES));
  }
}
