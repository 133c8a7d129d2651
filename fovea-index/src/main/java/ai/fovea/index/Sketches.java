package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.Refs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What is looked at before codes: of each row a cache line or a few that tell how well it can
/// match a query at best. Most rows that a search meets can't, and are done with at half the
/// reading and computing, or less; nothing is missed.
///
/// A row `e` is projected onto some [PrincipalAxes], which leave a rest `z` at right angles to
/// them. Its coordinates `y` are kept as `f·b`, with whole numbers `b` from -127 to 127, wrong by a
/// vector `w`. With a query `p` that has the coordinates `v` and the rest `u`,
///
/// `p·e = v·y + u·z ≤ f(v·b) + |v||w| + |u||z|` (Cauchy and Schwarz).
///
/// In memory a row is its whole numbers, `f`, `|z|`, and for distances `|e|²`, which fill cache
/// lines: where rows are looked up here and there, one line brings all. For rows one after another
/// the numbers lie in arrays as well, which many are computed from at once. Of `|w| / f` the
/// greatest of all rows is kept.
///
/// In a file: how many rows there were when axes were learned, the number of lines of a row (0
/// where there are no sketches), the greatest `|w| / f` (4 bytes each); the axes, `[A,P]` floats;
/// the lines of each row; each section at a multiple of 64 bytes.
///
/// Rows may be put while others are read. A reader sees the rows that had been put when it made a
/// query ready.
///
/// A little longer than most classes: learning, memory, files and queries share the layout of a
/// line.
final class Sketches {
  private static final int LINE = 64;
  private static final int READ_ROWS = 1024;
  private static final int MOST_LINES = 4;
  // Of what it costs to look at codes only.
  private static final double WORTHWHILE = 0.85;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  // Half of them for finding the axes, half for seeing what these are worth.
  private static final int LEARNED_FROM = 2000;
  // What rounding can take from a bound, as a part of |p||e|. Its root is given to |u| and |z|
  // each.
  private static final double ROUNDING = 4e-6;
  private static final float UPWARDS = 1.001f;

  private final Kernels kernels;
  private final Metric metric;
  private final PrincipalAxes axes;
  private final int bytes;
  private final Chunks rows;
  private volatile float greatestError;
  // Of each row `f`, `|z|`, and for distances `|e|²`.
  private volatile float[][] numbers;

  private Sketches(Kernels kernels, Metric metric, PrincipalAxes axes, int lines, Chunks rows) {
    this.kernels = kernels;
    this.metric = metric;
    this.axes = axes;
    this.bytes = lines * LINE;
    this.rows = rows;
    this.numbers = new float[numbers(metric)][0];
  }

  private static int numbers(Metric metric) {
    return metric == Metric.L2 ? 3 : 2;
  }

  /// Creates empty sketches on axes that were learned from some vectors `[D]`; null where vectors
  /// have so little in common that sketches would not spare enough.
  ///
  /// @param common what queries have in common, `[D]`, that would only make their rests longer: it
  ///     becomes an axis; null for nothing
  static @Nullable Sketches learn(
      Kernels kernels, Metric metric, float[][] vectors, float @Nullable [] common) {
    int dimension = vectors[0].length;
    int max = Math.min(MOST_LINES, (dimension - 1) / LINE);
    if (max == 0 || vectors.length < 2) {
      return null;
    }
    float[][] learning = new float[vectors.length / 2][];
    float[][] held = new float[vectors.length - learning.length][];
    for (int i = 0; i < vectors.length; i++) {
      (i % 2 == 1 ? learning : held)[i / 2] = vectors[i];
    }
    PrincipalAxes axes = PrincipalAxes.of(kernels, learning, axes(metric, max), common);
    double[] shares = shares(kernels, axes, held);
    int best = 0;
    double min = WORTHWHILE;
    for (int lines = 1; lines <= max; lines++) {
      double cost = cost(lines, dimension, 1 - shares[axes(metric, lines) - 1]);
      if (cost < min) {
        min = cost;
        best = lines;
      }
    }
    return best == 0
        ? null
        : new Sketches(
            kernels, metric, axes.first(axes(metric, best)), best, new Chunks((long) best * LINE));
  }

  /// Returns what a row costs, as a part of what it costs without sketches: the sketch, and its
  /// code where that can't be spared, which is the more often the greater the rest is. Measured on
  /// walks through graphs.
  private static double cost(int lines, int dimension, double rest) {
    return (double) lines * LINE / dimension + 0.1 + 1.5 * rest;
  }

  Metric metric() {
    return metric;
  }

  /// Returns how many bytes are read of a row.
  int rowBytes() {
    return bytes;
  }

  /// Creates empty sketches on the same axes.
  Sketches empty() {
    return new Sketches(kernels, metric, axes, bytes / LINE, new Chunks(bytes));
  }

  /// Returns which share of the squares of vectors lies in the first axis, the first two, and so
  /// on.
  private static double[] shares(Kernels kernels, PrincipalAxes axes, float[][] vectors) {
    double[] shares = new double[axes.count()];
    double all = 0;
    float[] coordinates = new float[axes.count() + 3];
    for (float[] vector : vectors) {
      all += squares(vector);
      axes.project(kernels, vector, coordinates);
      for (int a = 0; a < shares.length; a++) {
        shares[a] += (double) coordinates[a] * coordinates[a];
      }
    }
    double sum = 0;
    for (int a = 0; a < shares.length; a++) {
      sum += shares[a];
      shares[a] = all == 0 ? 1 : sum / all;
    }
    return shares;
  }

  /// Returns the numbers of the rows to learn from, of `rows` rows.
  static int[] sample(int[] rows) {
    int count = Math.min(rows.length, LEARNED_FROM);
    int[] sample = new int[count];
    Arrays.setAll(sample, i -> rows[(int) ((long) i * rows.length / count)]);
    return sample;
  }

  private static int axes(Metric metric, int lines) {
    return lines * LINE - numbers(metric) * Float.BYTES;
  }

  /// Stores a row `[D]`, whose squares are `squares` together.
  void put(int row, float[] vector, float squares) {
    rows.reserve(row);
    float[] y = new float[axes.count()];
    axes.project(kernels, vector, y);
    float largest = 0;
    for (float value : y) {
      largest = Math.max(largest, Math.abs(value));
    }
    float factor = largest / Byte.MAX_VALUE;
    float inverse = factor < Float.MIN_NORMAL ? 0 : 1 / factor;
    int chunk = rows.chunk(row);
    MemorySegment segment = rows.segments()[chunk];
    long at = rows.offset(row, chunk);
    double errors = 0;
    for (int a = 0; a < y.length; a++) {
      int code = Math.round(y[a] * inverse);
      segment.set(ValueLayout.JAVA_BYTE, at + a, (byte) code);
      double error = y[a] * (double) inverse - code;
      errors += error * error;
    }
    greatestError = Math.max(greatestError, (float) Math.sqrt(errors));
    float[] own = {factor, rest(squares(vector), y), squares};
    for (int n = 0; n < numbers.length; n++) {
      segment.set(FLOAT, at + y.length + (long) n * Float.BYTES, own[n]);
    }
    note(row, own);
  }

  private void note(int row, float[] own) {
    float[][] now = numbers;
    if (row >= now[0].length) {
      int room = Math.max(row + 1, now[0].length + now[0].length / 2);
      now = Arrays.stream(now).map(of -> Arrays.copyOf(of, room)).toArray(float[][]::new);
    }
    for (int n = 0; n < now.length; n++) {
      now[n][row] = own[n];
    }
    numbers = now;
  }

  /// Returns the length of what a vector has beside its coordinates, rather too great than too
  /// small.
  private static float rest(double squares, float[] coordinates) {
    double rest = Math.max(0, squares - squares(coordinates));
    return UPWARDS * (float) Math.sqrt(rest + ROUNDING * squares);
  }

  /// Returns the squares of some values together.
  static double squares(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return squares;
  }

  /// What a file holds.
  ///
  /// @param learnedFrom how many rows there were when axes were learned
  /// @param sketches null where these were not worth having
  record Contents(int learnedFrom, @Nullable Sketches sketches) {

    /// Returns how many bytes it takes, for `count` rows of `dimension` values.
    long bytes(int dimension, int count) {
      return LINE + (sketches == null ? 0 : sketches.bytes(dimension, count));
    }

    /// Writes it, for some rows.
    void write(int[] rows, IndexOutput out) throws IOException {
      out.number(learnedFrom);
      out.number(sketches == null ? 0 : sketches.bytes / LINE);
      out.number(sketches == null ? 0 : Float.floatToRawIntBits(sketches.greatestError));
      out.align();
      if (sketches != null) {
        sketches.write(rows, out);
      }
    }
  }

  /// Returns what [Contents#write] wrote, at `at` of a file, of `count` rows of `dimension` values.
  static Contents read(
      Kernels kernels, Metric metric, int dimension, MemorySegment file, long at, int count) {
    IndexFile.check(at + LINE <= file.byteSize(), at, "the sketches do not fit in");
    int learnedFrom = file.get(IndexFile.INT, at);
    int lines = file.get(IndexFile.INT, at + 4);
    float greatestError = file.get(FLOAT, at + 8);
    IndexFile.check(
        learnedFrom >= 0
            && lines >= 0
            && lines <= Math.min(MOST_LINES, (dimension - 1) / LINE)
            && greatestError >= 0,
        at,
        "sketches of " + lines + " lines");
    long axesAt = at + LINE;
    if (lines == 0) {
      IndexFile.check(axesAt == file.byteSize(), axesAt, "there is more than codes");
      return new Contents(learnedFrom, null);
    }
    int axes = axes(metric, lines);
    long bytes = bytes(axes, dimension, lines * LINE, count);
    IndexFile.check(axesAt + bytes == file.byteSize(), axesAt, "the sketches do not fit in");
    long rowsBytes = (long) lines * LINE * count;
    Sketches sketches =
        new Sketches(
            kernels,
            metric,
            PrincipalAxes.of(axes, dimension, file.asSlice(axesAt)),
            lines,
            Chunks.copyOf(
                file.asSlice(file.byteSize() - rowsBytes, rowsBytes), (long) lines * LINE, count));
    sketches.greatestError = greatestError;
    sketches.numbers = numbers(file, file.byteSize() - rowsBytes, lines, count, numbers(metric));
    return new Contents(learnedFrom, sketches);
  }

  /// Returns the numbers at the ends of `count` rows that begin at `at` of a file.
  private static float[][] numbers(MemorySegment file, long at, int lines, int count, int each) {
    float[][] numbers = new float[each][count];
    int width = lines * LINE / Float.BYTES;
    // Many rows at a time: plain arrays are read fast before anything is compiled.
    float[] read = new float[Math.min(READ_ROWS, count) * width];
    for (int from = 0, rows; from < count; from += rows) {
      rows = Math.min(READ_ROWS, count - from);
      MemorySegment.copy(file, FLOAT, at + (long) from * lines * LINE, read, 0, rows * width);
      for (int n = 0; n < each; n++) {
        float[] to = numbers[n];
        for (int row = 0; row < rows; row++) {
          to[from + row] = read[(row + 1) * width - each + n];
        }
      }
    }
    return numbers;
  }

  private long bytes(int dimension, int count) {
    return bytes(axes.count(), dimension, bytes, count);
  }

  private static long bytes(int axes, int dimension, int rowBytes, int count) {
    return IndexFile.aligned((long) axes * dimension * Float.BYTES) + (long) rowBytes * count;
  }

  private void write(int[] of, IndexOutput out) throws IOException {
    out.bytes(axes.rows());
    out.align();
    for (int row : of) {
      int chunk = rows.chunk(row);
      out.bytes(rows.segments()[chunk], rows.offset(row, chunk), bytes);
    }
  }

  Query query() {
    return new Query();
  }

  /// A query, made ready for comparing; for one thread.
  final class Query {
    private final float[] values = new float[bytes];
    private final float[] coordinates = new float[axes.count()];
    private float offset;
    private float perFactor;
    private float perRest;
    private long[] refs = new long[64];

    /// Sets a query `[D]`, to whose products (doubled for distances) `offset` is added.
    void set(float[] query, float offset) {
      this.offset = offset;
      axes.project(kernels, query, coordinates);
      System.arraycopy(coordinates, 0, values, 0, coordinates.length);
      double length = Math.sqrt(squares(coordinates));
      perFactor = UPWARDS * (float) (length * greatestError);
      perRest = rest(squares(query), coordinates);
    }

    Sketches sketches() {
      return Sketches.this;
    }

    /// What the ordered scores of `rows[0..count)` can be at most; in `out` there is room for three
    /// more.
    void bounds(int[] of, int count, float[] out) {
      refs = Codes.Query.refs(rows, of, count, refs);
      MemorySegment[] segments = rows.referred();
      try {
        kernels.dotBytes(values, segments, refs, count, out);
        if (segments.length == 1) {
          for (int i = 0; i < count; i++) {
            out[i] = bound(segments[0], refs[i], out[i]);
          }
        } else {
          for (int i = 0; i < count; i++) {
            out[i] = bound(segments[Refs.segment(refs[i])], Refs.offset(refs[i]), out[i]);
          }
        }
      } finally {
        Reference.reachabilityFence(rows);
      }
    }

    /// The same for the `count` rows from `first` on.
    void bounds(int first, int count, float[] out) {
      rows.runs(
          first,
          count,
          (segment, at, n, done) -> kernels.dotBytes(values, segment, at, n, out, done));
      finish(first, count, out);
    }

    /// As [#bounds(int, int, float[])], and for another query at once.
    void bounds(Query other, int first, int count, float[] out, float[] otherOut) {
      rows.runs(
          first,
          count,
          (segment, at, n, done) ->
              kernels.dotBytesTwice(values, other.values, segment, at, n, out, otherOut, done));
      finish(first, count, out);
      other.finish(first, count, otherOut);
    }

    /// Makes bounds of the products with the rows from `first` on.
    private void finish(int first, int count, float[] out) {
      float[][] all = numbers;
      float[] factors = all[0];
      float[] rests = all[1];
      float add = offset;
      float each = perFactor;
      float rest = perRest;
      switch (metric) {
        case INNER_PRODUCT -> {
          for (int i = 0; i < count; i++) {
            float max = factors[first + i] * (out[i] + each) + rests[first + i] * rest;
            out[i] = add + max;
          }
        }
        case L2 -> {
          float[] squares = all[2];
          for (int i = 0; i < count; i++) {
            float max = factors[first + i] * (out[i] + each) + rests[first + i] * rest;
            out[i] = add + 2 * max - squares[first + i];
          }
        }
      }
    }

    /// Returns what the ordered score of the row at `at` can be at most, whose whole numbers'
    /// product is `product`.
    private float bound(MemorySegment segment, long at, float product) {
      long numbersAt = at + coordinates.length;
      float max =
          segment.get(FLOAT, numbersAt) * (product + perFactor)
              + segment.get(FLOAT, numbersAt + Float.BYTES) * perRest;
      return switch (metric) {
        case INNER_PRODUCT -> offset + max;
        case L2 -> offset + 2 * max - segment.get(FLOAT, numbersAt + 2L * Float.BYTES);
      };
    }
  }
}
