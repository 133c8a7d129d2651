package ai.fovea.index;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;

/// One bit a value: the signs of a row's difference from the centre, after a random rotation (Gao
/// and Long, RaBitQ, SIGMOD 2024).
///
/// The rotation flips signs at random, then is a Hadamard transform, over `P` values, the next
/// power of two; twice. With the rotated difference `e` of the row and its signs `s`, the product
/// with a rotated query `q` is estimated as `|e|² / Σ|eᵢ| · Σ qᵢsᵢ`. Queries are rounded to 6 bits
/// a value, so that the sum is a few counts of ones. The two numbers of a row are `|e|² / Σ|eᵢ|`
/// and `|e|²`.
final class BitCodes extends StoredCodes {
  private static final int PLANES = 6;
  private static final int STEPS = (1 << PLANES) - 1;
  private static final long SEED = 0x5eed_b175;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final Chunks vectors;
  private final int padded;
  private final int words;
  // The sign that each value is given before either transform.
  private final float[][] signs;

  /// No codes yet; `vectors` are those that will be put, for [Query#setRow].
  BitCodes(Metric metric, float[] centre, Chunks vectors) {
    super(metric, centre, bytesOf(centre.length));
    this.vectors = vectors;
    this.padded = padded(centre.length);
    this.words = padded / Long.SIZE;
    this.signs = signs(padded);
  }

  /// What [#write] wrote, at `at` of a file of `rows` rows.
  BitCodes(Metric metric, int dimension, Chunks vectors, MemorySegment file, long at, int rows) {
    super(metric, dimension, bytesOf(dimension), file, at, rows);
    IndexFile.check(end() == file.byteSize(), end(), "there is more than codes");
    this.vectors = vectors;
    this.padded = padded(dimension);
    this.words = padded / Long.SIZE;
    this.signs = signs(padded);
  }

  private static float[][] signs(int padded) {
    float[][] signs = new float[2][padded];
    SplittableRandom random = new SplittableRandom(SEED);
    for (float[] round : signs) {
      for (int i = 0; i < padded; i++) {
        round[i] = random.nextBoolean() ? 1 : -1;
      }
    }
    return signs;
  }

  private static int padded(int dimension) {
    return Math.max(Long.SIZE, Integer.highestOneBit(2 * dimension - 1));
  }

  private static int bytesOf(int dimension) {
    return padded(dimension) / Byte.SIZE;
  }

  @Override
  void put(int row, float[] vector) {
    codes.reserve(row);
    float[] e = new float[padded];
    for (int d = 0; d < centre.length; d++) {
      e[d] = vector[d] - centre[d];
    }
    rotate(e);
    int chunk = codes.chunk(row);
    MemorySegment segment = codes.segments()[chunk];
    long at = codes.offset(row, chunk);
    double squares = 0;
    double sum = 0;
    for (int word = 0; word < words; word++) {
      long bits = 0;
      for (int i = 0; i < Long.SIZE; i++) {
        float value = e[word * Long.SIZE + i];
        bits |= value >= 0 ? 1L << i : 0;
        squares += (double) value * value;
        sum += Math.abs(value);
      }
      segment.set(LONG, at + (long) word * Long.BYTES, bits);
    }
    keep(row, sum == 0 ? 0 : (float) (squares / sum), (float) squares);
  }

  @Override
  Query query() {
    return new BitQuery();
  }

  @Override
  int rescored(int k) {
    return (int) Math.min(Integer.MAX_VALUE, 64 + 8L * k);
  }

  /// Rotates `P` values in place; lengths and products stay.
  private void rotate(float[] values) {
    float scale = (float) (1 / Math.sqrt(padded));
    for (float[] round : signs) {
      for (int i = 0; i < padded; i++) {
        values[i] *= round[i] * scale;
      }
      for (int half = 1; half < padded; half *= 2) {
        for (int block = 0; block < padded; block += 2 * half) {
          for (int i = block; i < block + half; i++) {
            float a = values[i];
            float b = values[i + half];
            values[i] = a + b;
            values[i + half] = a - b;
          }
        }
      }
    }
  }

  private final class BitQuery extends Query {
    private final float[] rotated = new float[padded];
    // Bit j of each value, 64 values a word; the planes one after another.
    private final long[] planes = new long[PLANES * words];
    private float offset;
    private float min;
    private float step;
    private float sum;

    @Override
    void set(float[] query) {
      Arrays.fill(rotated, 0);
      offset = relate(query, rotated);
      rotate(rotated);
      float low = Float.POSITIVE_INFINITY;
      float high = Float.NEGATIVE_INFINITY;
      sum = 0;
      for (float value : rotated) {
        low = Math.min(low, value);
        high = Math.max(high, value);
        sum += value;
      }
      min = low;
      step = (high - low) / STEPS;
      Arrays.fill(planes, 0);
      for (int i = 0; i < padded; i++) {
        int rounded = step == 0 ? 0 : Math.round((rotated[i] - min) / step);
        for (int plane = 0; plane < PLANES; plane++) {
          planes[plane * words + i / Long.SIZE] |= (rounded >> plane & 1L) << (i % Long.SIZE);
        }
      }
    }

    /// Returns one and a half times the standard deviation of an estimate (theorem 3.2 of the
    /// paper, where 0.8 of each length is told).
    @Override
    float margin(int row) {
      double squares = 0;
      for (float value : rotated) {
        squares += (double) value * value;
      }
      double error = 0.75 * Math.sqrt(squares * seconds()[row] / padded);
      return (float) (1.5 * error * (metric == Metric.L2 ? 2 : 1));
    }

    @Override
    void setRow(int row) {
      set(vectors.readFloats(row));
    }

    @Override
    void orderedScores(int[] rows, int count, float[] out) {
      MemorySegment[] segments = codes.segments();
      float[] factors = firsts();
      float[] squares = seconds();
      for (int i = 0; i < count; i++) {
        int chunk = codes.chunk(rows[i]);
        MemorySegment segment = segments[chunk];
        long at = codes.offset(rows[i], chunk);
        int ones = 0;
        long weighted = 0;
        for (int word = 0; word < words; word++) {
          long bits = segment.get(LONG, at + (long) word * Long.BYTES);
          ones += Long.bitCount(bits);
          for (int plane = 0; plane < PLANES; plane++) {
            weighted += (long) Long.bitCount(bits & planes[plane * words + word]) << plane;
          }
        }
        // The sum over the ones counts twice, less the sum over all: ones are +1, zeros -1.
        float signed = 2 * (min * ones + step * weighted) - sum;
        float product = factors[rows[i]] * signed;
        out[i] =
            metric == Metric.INNER_PRODUCT
                ? offset + product
                : offset + 2 * product - squares[rows[i]];
      }
    }
  }
}
