package ai.fovea.image.internal;

/// A Huffman table of a JPEG file (ITU-T T.81, annex C).
///
/// A code of up to [#BITS] bits is found by one look at [#lookup]: index by the next bits, get
/// `length << 8 | symbol`, or 0 where the code is longer. Longer codes are found by [#find].
final class HuffmanTable {
  static final int BITS = 10;

  private static final int LONGEST = 16;

  final int[] lookup = new int[1 << BITS];

  /// Of each length the first code that is too large, left-justified in 16 bits.
  private final int[] limits = new int[LONGEST + 1];

  private final int[] offsets = new int[LONGEST + 1];
  private final int[] symbols;

  /// Reads the 16 counts and the symbols that stand at `at`; as long as [#length] says.
  HuffmanTable(Bytes bytes, long at) {
    symbols = new int[count(bytes, at)];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = bytes.u8(at + LONGEST + i);
    }
    int code = 0;
    int next = 0;
    for (int length = 1; length <= LONGEST; length++) {
      int codes = bytes.u8(at + length - 1);
      offsets[length] = next - code;
      if (code + codes > 1 << length) {
        throw bytes.damaged("a Huffman table has too many codes, at byte %,d".formatted(at));
      }
      for (int i = 0; i < codes; i++, code++, next++) {
        if (length <= BITS) {
          int first = code << (BITS - length);
          int entry = (length << 8) | symbols[next];
          java.util.Arrays.fill(lookup, first, first + (1 << (BITS - length)), entry);
        }
      }
      limits[length] = code << (LONGEST - length);
      code <<= 1;
    }
  }

  /// The bytes that a table at `at` takes.
  static int length(Bytes bytes, long at) {
    return LONGEST + count(bytes, at);
  }

  private static int count(Bytes bytes, long at) {
    int sum = 0;
    for (int i = 0; i < LONGEST; i++) {
      sum += bytes.u8(at + i);
    }
    if (sum > 256) {
      throw bytes.damaged("a Huffman table of %d symbols, at byte %,d".formatted(sum, at));
    }
    return sum;
  }

  /// A code longer than [#BITS].
  ///
  /// @param next the next 16 bits
  /// @return `length << 8 | symbol`, or 0 where no code begins so
  int find(int next) {
    for (int length = BITS + 1; length <= LONGEST; length++) {
      if (next < limits[length]) {
        int index = (next >>> (LONGEST - length)) + offsets[length];
        return (length << 8) | symbols[index];
      }
    }
    return 0;
  }
}
