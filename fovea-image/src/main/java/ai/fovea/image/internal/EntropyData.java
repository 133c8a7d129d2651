package ai.fovea.image.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The entropy-coded data of one restart interval, without stuffing (ITU-T T.81, F.1.2.3), and the runs of one byte
/// in them.
///
/// Encoders write such runs for plain areas, with few bits a block. A block that takes many bits from one was written
/// over, for instance by zeros of a lost disk sector.
final class EntropyData {
  /// Bytes of one value that count as a run.
  private static final int RUN = 12;

  /// Bits of texture that may go on like the plain area before them.
  private static final int CHANCE = 24;

  /// Bits of texture in many blocks that are no chance any more.
  private static final int MANY = 64;

  /// Equal bytes, and what the blocks took from them.
  private static final class Run {
    final int from; // the first bit
    final int to; // the bit behind the last
    final byte value;
    int texture; // bits of blocks with texture
    int block; // the length of the last of them
    boolean varies; // whether they were of several lengths

    Run(int from, int to, byte value) {
      this.from = from;
      this.to = to;
      this.value = value;
    }

    int overlap(int first, int end) {
      return Math.max(0, Math.min(end, to) - Math.max(first, from));
    }
  }

  private final byte[] file;
  private byte[] data = {};
  private int length;
  private int end;
  private final List<Run> runs = new ArrayList<>();

  EntropyData(byte[] file) {
    this.file = file;
  }

  /// Reads from `start` up to a marker or the end of the file.
  void read(int start) {
    if (data.length == 0) {
      data = new byte[file.length - start + JpegScan.SLACK];
    }
    int to = 0;
    int i = start;
    for (; i < file.length; i++) {
      byte b = file[i];
      if (b == (byte) 0xFF) {
        int next = i + 1 < file.length ? file[i + 1] & 0xFF : -1;
        if (next == 0xFF) {
          continue; // a fill byte
        }
        if (next != 0) {
          break;
        }
        i++;
      }
      data[to++] = b;
    }
    Arrays.fill(data, to, to + JpegScan.SLACK, (byte) 0);
    length = to;
    end = i;
    findRuns();
  }

  /// The bits, with [JpegScan#SLACK] bytes of zeros behind them.
  byte[] data() {
    return data;
  }

  /// How many bits there are.
  int bits() {
    return 8 * length;
  }

  /// Where in the file the marker behind the data stands.
  int end() {
    return end;
  }

  /// Whether a block with texture took more of these bits than by chance from a run of one byte.
  boolean isFilled(int from, int to) {
    for (Run run : runs) {
      if (run.overlap(from, to) > CHANCE) {
        return true;
      }
    }
    return false;
  }

  /// The same for blocks of a few bits each, as passes that refine coefficients have them. Repeated texture gives runs,
  /// too, but of blocks of the same length; and zeros where nothing is refined.
  ///
  /// @param bitByBit whether each block has one bit: it is then enough that they are not all the same
  boolean isFilledLittleByLittle(int from, int to, boolean bitByBit) {
    for (Run run : runs) {
      if (run.overlap(from, to) == to - from && run.value != 0) {
        run.texture += to - from;
        run.varies |= run.block != 0 && run.block != to - from;
        run.block = to - from;
        if ((bitByBit ? run.value != -1 : run.varies) && run.texture > MANY) {
          return true;
        }
      }
    }
    return false;
  }

  private void findRuns() {
    runs.clear();
    // A run covers a multiple of its least length, so that it is enough to look there.
    for (int i = RUN - 1; i < length; i += RUN) {
      byte value = data[i];
      int first = i;
      while (first > 0 && data[first - 1] == value) {
        first--;
      }
      int last = i;
      while (last + 1 < length && data[last + 1] == value) {
        last++;
      }
      if (last - first + 1 >= RUN) {
        runs.add(new Run(8 * first, 8 * (last + 1), value));
        i = last;
      }
    }
  }
}
