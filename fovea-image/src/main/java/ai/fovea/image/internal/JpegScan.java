package ai.fovea.image.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decodes the coefficients of one scan, to see whether they can be right; pixels are not computed.
///
/// A block method returns what is wrong as text, or null. Bits are read from a copy without stuffing that
/// has room behind it for the longest block, so that reading past the end is seen once a block.
final class JpegScan {
  /// The longest block: 64 coefficients of a code of 16 bits and 16 bits of value.
  static final int SLACK = 64 * 4 + 16;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int LARGEST_DIFFERENCE = 11;
  private static final int LARGEST_AC = 10;

  /// The sum of squares of a block of 8-bit samples is 64 x 128 x 128 at most, and by Parseval's
  /// theorem that of its coefficients, but for their rounding; encoders that let ringing overshoot go beyond.
  static final float MOST_ENERGY = 2 * 64f * 128 * 128;

  // And a level for the rounding of colours.
  private static final int MOST_DC = 1024 + 8;

  /// Coefficients of a block that is more than a slope.
  private static final int TEXTURE = 3;

  // What a coefficient adds to the mean of a block's upper edge and, with the sign of its parity,
  // of the lower one:
  // nothing but where it has no horizontal frequency. Indices are those of the zigzag order.
  private static final float[] EVEN = new float[64];
  private static final float[] ODD = new float[64];

  static {
    float weight = (float) (1 / (4 * Math.sqrt(2)));
    for (int k : new int[] {2, 9, 20, 35}) {
      ODD[k] = weight;
    }
    for (int k : new int[] {3, 10, 21}) {
      EVEN[k] = weight;
    }
  }

  static final String NO_CODE = "a code that no Huffman table of the file has";
  static final String TOO_MANY = "a block with more than 64 coefficients";
  static final String TOO_LARGE = "a coefficient that no image of 8 bits has";

  final List<JpegComponent> components;
  final @Nullable HuffmanTable[] dc;
  final @Nullable HuffmanTable[] ac;
  final int first;
  final int last;
  final int high;
  final int low;

  byte[] data = {};
  int position; // in bits
  int run; // blocks that an end-of-band code still covers
  boolean textured; // whether the last block had more than a DC coefficient

  JpegScan(
      List<JpegComponent> components,
      @Nullable HuffmanTable[] dc,
      @Nullable HuffmanTable[] ac,
      int[] band) {
    this.components = components;
    this.dc = dc;
    this.ac = ac;
    this.first = band[0];
    this.last = band[1];
    this.high = band[2];
    this.low = band[3];
  }

  /// Begins a restart interval.
  void begin(byte[] bits) {
    data = bits;
    position = 0;
    run = 0;
    components.forEach(c -> c.prediction = 0);
  }

  /// A block of a sequential file.
  @Nullable String sequential(JpegComponent component, int block) {
    float even = 0;
    float odd = 0;
    float sum = 0;
    String wrong = dcFirst(component);
    if (wrong != null) {
      return wrong;
    }
    float dcValue = (float) component.prediction * component.steps[0];
    sum += dcValue * dcValue;
    HuffmanTable table = ac[component.acTable];
    if (table == null) {
      return NO_CODE;
    }
    int[] lookup = table.lookup;
    int[] steps = component.steps;
    byte[] bytes = data;
    int at = position;
    int k = 1;
    while (k < 64) {
      long next = (long) LONG.get(bytes, at >>> 3) << (at & 7);
      int entry = lookup[(int) (next >>> (64 - HuffmanTable.BITS))];
      if (entry == 0) {
        entry = table.find((int) (next >>> 48));
        if (entry == 0) {
          return NO_CODE;
        }
      }
      int length = entry >>> 8;
      int size = entry & 15;
      int zeros = (entry >>> 4) & 15;
      at += length + size;
      if (size == 0) {
        if (zeros != 15) {
          break;
        }
        k += 16;
        if (k > 64) {
          return TOO_MANY;
        }
        continue;
      }
      k += zeros;
      if (k > 63) {
        return TOO_MANY;
      }
      if (size > LARGEST_AC) {
        return TOO_LARGE;
      }
      float value = (float) value(next << length, size) * steps[k];
      sum += value * value;
      even += value * EVEN[k];
      odd += value * ODD[k];
      k++;
    }
    position = at;
    component.upper[block] = dcValue / 8 + even + odd;
    component.lower[block] = dcValue / 8 + even - odd;
    textured = k > 1;
    return sum > MOST_ENERGY ? TOO_LARGE : null;
  }

  /// The number of `size` bits at the top of `next` (T.81, F.2.2.1).
  private static int value(long next, int size) {
    int bits = (int) (next >>> (64 - size));
    return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
  }

  /// The first pass over a DC coefficient, also that of sequential files.
  @Nullable String dcFirst(JpegComponent component) {
    HuffmanTable table = dc[component.table];
    if (table == null) {
      return NO_CODE;
    }
    long next = next();
    int entry = entry(table, next);
    if (entry == 0) {
      return NO_CODE;
    }
    int length = entry >>> 8;
    int size = entry & 0xFF;
    if (size > LARGEST_DIFFERENCE) {
      return TOO_LARGE;
    }
    position += length + size;
    if (size > 0) {
      component.prediction += value(next << length, size);
    }
    long step = component.steps[0];
    long dcValue = ((long) component.prediction << low) * step;
    // Blocks of 8-bit samples have no other means; encoders that round to save bits go beyond by a
    // step.
    long max = MOST_DC + (step << low);
    return dcValue > max || dcValue < -max ? TOO_LARGE : null;
  }

  /// The first pass over a DC coefficient of a progressive file.
  @Nullable String dcFirst(JpegComponent component, int block) {
    String wrong = dcFirst(component);
    component.levels[block] = (short) component.prediction;
    return wrong;
  }

  /// A later pass over a DC coefficient: one bit, whatever it is.
  void dcRefined(JpegComponent component, int block) {
    position++;
    textured =
        Long.bitCount(component.nonzero[block]) >= TEXTURE
            && block > 0
            && component.levels[block] != component.levels[block - 1];
  }

  /// The first pass over a band of a progressive file.
  @Nullable String acFirst(JpegComponent component, int block) {
    textured = false;
    if (run > 0) {
      run--;
      return null;
    }
    HuffmanTable table = ac[component.acTable];
    if (table == null) {
      return NO_CODE;
    }
    long seen = 0;
    float sum = component.energy[block];
    int k = first;
    while (k <= last) {
      long next = next();
      int entry = entry(table, next);
      if (entry == 0) {
        return NO_CODE;
      }
      int length = entry >>> 8;
      int size = entry & 15;
      int zeros = (entry >>> 4) & 15;
      if (size == 0) {
        if (zeros != 15) {
          endOfBand(next, length, zeros);
          run--;
          break;
        }
        position += length;
        k += 16;
        if (k > last + 1) {
          return TOO_MANY;
        }
        continue;
      }
      position += length + size;
      k += zeros;
      if (k > last) {
        return TOO_MANY;
      }
      if (size + low > LARGEST_AC) {
        return TOO_LARGE;
      }
      seen |= 1L << k;
      float value = (float) (value(next << length, size) << low) * component.steps[k];
      sum += value * value;
      k++;
    }
    textured = seen != 0;
    component.nonzero[block] |= seen;
    component.energy[block] = sum;
    return sum > MOST_ENERGY ? TOO_LARGE : null;
  }

  /// A later pass over a band: a bit for each coefficient that is not zero, codes for those that become so.
  @Nullable String acRefined(JpegComponent component, int block) {
    long band = (-1L << first) & (-1L >>> (63 - last));
    long known = component.nonzero[block] & band;
    textured = false;
    if (run > 0) {
      run--;
      position += Long.bitCount(known);
      return null;
    }
    HuffmanTable table = ac[component.acTable];
    if (table == null) {
      return NO_CODE;
    }
    long added = 0;
    int k = first;
    while (k <= last) {
      long next = next();
      int entry = entry(table, next);
      if (entry == 0) {
        return NO_CODE;
      }
      int length = entry >>> 8;
      int size = entry & 15;
      int zeros = (entry >>> 4) & 15;
      if (size > 1) {
        return TOO_LARGE;
      }
      if (size == 0 && zeros != 15) {
        endOfBand(next, length, zeros);
        run--;
        position += Long.bitCount(known & (-1L << k));
        break;
      }
      position += length + size;
      while (k <= last) {
        if (((known >>> k) & 1) != 0) {
          position++;
        } else if (zeros-- == 0) {
          break;
        }
        k++;
      }
      if (k > last) {
        return TOO_MANY;
      }
      if (size == 1) {
        added |= 1L << k;
      }
      k++;
    }
    textured = (known | added) != 0;
    component.nonzero[block] |= added;
    return null;
  }

  private void endOfBand(long next, int length, int size) {
    run = 1 << size;
    if (size > 0) {
      run += (int) ((next << length) >>> (64 - size));
    }
    position += length + size;
  }

  private long next() {
    return (long) LONG.get(data, position >>> 3) << (position & 7);
  }

  private static int entry(HuffmanTable table, long next) {
    int entry = table.lookup[(int) (next >>> (64 - HuffmanTable.BITS))];
    return entry != 0 ? entry : table.find((int) (next >>> 48));
  }
}
