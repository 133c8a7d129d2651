package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A signed byte a value: a row `r` is stored as `c + s·b`, with a centre `c` that all rows share,
/// a factor `s` of the row's own and whole numbers `b` from -127 to 127. The two numbers of a row
/// are `s` and `|e|²`.
///
/// Queries stay as they are. With `e = s·b`: inner product `q·r = q·c + s(q·b)`; squared distance,
/// with `p = q - c`, `|q - r|² = |p|² - 2s(p·b) + |e|²`. [Sketches] of `e` tell beforehand which
/// rows can't match well enough; in a file they come behind the codes.
final class ByteCodes extends StoredCodes {
  private static final int LANES = 16;
  private static final int LARGEST = 127;
  // Pairs of queries go by sketches that are at most this part of a code.
  private static final int SMALL_PART = 3;
  // Up to which part of the rows may be left over, less what a sketch takes of a code.
  private static final float MOST_LEFT = 0.85f;
  private static final int LONGEST_PAUSE = 1023;
  // Sketches are learned anew at so many times as many rows, up to where that would keep a writer
  // for seconds.
  private static final int GROWTH = 4;
  private static final int MOST_RELEARNED = 1 << 18;

  private final Kernels kernels;
  private final int padded;
  // Written by the writer, read by anyone; holds all rows that had been put when it was written.
  private volatile @Nullable Sketches sketches;
  private int learnedFrom;

  ByteCodes(Metric metric, Kernels kernels, float[] centre) {
    super(metric, centre, padded(centre.length));
    this.kernels = kernels;
    this.padded = padded(centre.length);
  }

  /// What [#write] wrote, at `at` of a file of `rows` rows.
  ByteCodes(Metric metric, Kernels kernels, int dimension, MemorySegment file, long at, int rows) {
    super(metric, dimension, padded(dimension), file, at, rows);
    this.kernels = kernels;
    this.padded = padded(dimension);
    // Before there were sketches, files ended here.
    if (file.byteSize() > end()) {
      Sketches.Contents contents = Sketches.read(kernels, metric, padded, file, end(), rows);
      this.learnedFrom = contents.learnedFrom();
      this.sketches = contents.sketches();
    }
  }

  @Override
  long bytes(int rows) {
    return super.bytes(rows) + contents().bytes(padded, rows);
  }

  @Override
  void write(int[] rows, IndexOutput out) throws IOException {
    super.write(rows, out);
    contents().write(rows, out);
  }

  private Sketches.Contents contents() {
    return new Sketches.Contents(learnedFrom, sketches);
  }

  private static int padded(int dimension) {
    return Math.ceilDiv(dimension, LANES) * LANES;
  }

  @Override
  void put(int row, float[] vector) {
    codes.reserve(row);
    float largest = 0;
    for (int d = 0; d < centre.length; d++) {
      largest = Math.max(largest, Math.abs(vector[d] - centre[d]));
    }
    float factor = largest / LARGEST;
    float inverse = largest == 0 ? 0 : LARGEST / largest;
    MemorySegment segment = codes.segments()[codes.chunk(row)];
    long at = codes.offset(row, codes.chunk(row));
    long squares = 0;
    for (int d = 0; d < centre.length; d++) {
      int code = Math.round((vector[d] - centre[d]) * inverse);
      segment.set(ValueLayout.JAVA_BYTE, at + d, (byte) code);
      squares += (long) code * code;
    }
    keep(row, factor, factor * factor * squares);
    Sketches now = sketches;
    if (now != null) {
      now.put(row, decoded(row), seconds()[row]);
    }
  }

  /// What tells beforehand which rows can't match; null where that would not be worth it.
  @Nullable Sketches sketches() {
    return sketches;
  }

  /// Room for what queries are made of.
  float[] zeros() {
    return new float[padded];
  }

  /// Returns a vector's difference from the centre, `[P]`.
  float[] difference(float[] vector) {
    float[] out = zeros();
    for (int d = 0; d < centre.length; d++) {
      out[d] = vector[d] - centre[d];
    }
    return out;
  }

  /// Returns a row's difference from the centre as its code tells it, `[P]`.
  private float[] decoded(int row) {
    float[] out = zeros();
    decode(row, out);
    return out;
  }

  private void decode(int row, float[] out) {
    MemorySegment segment = codes.segments()[codes.chunk(row)];
    long at = codes.offset(row, codes.chunk(row));
    float factor = firsts()[row];
    for (int d = 0; d < out.length; d++) {
      out[d] = factor * segment.get(ValueLayout.JAVA_BYTE, at + d);
    }
  }

  @Override
  void learn(RowView view) {
    boolean grown = view.live >= (long) GROWTH * learnedFrom && view.live <= MOST_RELEARNED;
    if (learnedFrom > 0 && !grown) {
      return;
    }
    learnedFrom = view.live;
    float[][] vectors =
        Arrays.stream(Sketches.sample(view.aliveRows()))
            .mapToObj(this::decoded)
            .toArray(float[][]::new);
    // Differences from the centre, which distances are taken of, have nothing in common.
    float[] common = metric == Metric.INNER_PRODUCT ? Arrays.copyOf(centre, padded) : null;
    Sketches learned = Sketches.learn(kernels, metric, vectors, common);
    for (int row = 0; learned != null && row < view.rows; row++) {
      learned.put(row, decoded(row), seconds()[row]);
    }
    sketches = learned;
  }

  @Override
  Query query() {
    return new ByteQuery();
  }

  @Override
  int rescored(int k) {
    return (int) Math.min(Integer.MAX_VALUE, k + Math.max(8L, k / 2));
  }

  private final class ByteQuery extends Query {
    private final float[] values = new float[padded];
    private final float[] decoded = new float[centre.length];
    private float offset;
    private long[] refs = new long[64];
    // Null where there are no sketches; for the present query once something was asked of it.
    private Sketches.@Nullable Query sketch;
    private boolean sketched;
    // How many more times sketches are not asked, and how long the last such pause was.
    private int waiting;
    private int pause;
    // Of some rows those that are left over, and their places among them.
    private int[] left = new int[64];
    private int[] places = new int[64];
    private float[] leftScores = new float[67];
    private final float[] floors = new float[kernels.width()];

    @Override
    void set(float[] query) {
      offset = relate(query, values);
      sketched = false;
    }

    @Override
    void setRow(int row) {
      decode(row, decoded);
      for (int d = 0; d < decoded.length; d++) {
        decoded[d] += centre[d];
      }
      set(decoded);
    }

    /// Three times the standard deviation of the difference between two rows' errors, which are up
    /// to half a step a value.
    @Override
    float margin(int row) {
      double squares = 0;
      for (float value : values) {
        squares += (double) value * value;
      }
      double step = firsts()[row] * (metric == Metric.L2 ? 2 : 1);
      return (float) (3 * step * Math.sqrt(squares / 6));
    }

    private Sketches.@Nullable Query sketch() {
      if (!sketched) {
        Sketches now = sketches;
        if (now == null) {
          sketch = null;
        } else {
          if (sketch == null || sketch.sketches() != now) {
            sketch = now.query();
          }
          sketch.set(values, offset);
        }
        sketched = true;
      }
      return sketch;
    }

    /// What tells which rows can reach `floor`; null where all can, or where it told too little
    /// lately: how often depends on how near to each other the rows are among which a search goes
    /// on.
    private Sketches.@Nullable Query bounding(float floor) {
      if (floor == Float.NEGATIVE_INFINITY) {
        return null;
      }
      if (waiting > 0) {
        waiting--;
        return null;
      }
      return sketch();
    }

    /// Notes how many of some rows were left over. Where these are so many that codes alone would
    /// have been cheaper, sketches are not asked for a while, the longer the more often that was
    /// so.
    private void note(int count, int leftOver) {
      Sketches.Query bounds = sketch;
      if (bounds != null) {
        int max = Math.round(count * (MOST_LEFT - (float) bounds.sketches().rowBytes() / padded));
        pause = leftOver <= max ? 0 : Math.min(LONGEST_PAUSE, 2 * pause + 1);
        waiting = pause;
      }
    }

    @Override
    void orderedScores(int[] rows, int count, float floor, float[] out) {
      Sketches.Query bounds = bounding(floor);
      if (bounds == null) {
        orderedScores(rows, count, out);
        return;
      }
      bounds.bounds(rows, count, out);
      int n = reaching(count, floor, out);
      for (int i = 0; i < n; i++) {
        left[i] = rows[places[i]];
      }
      note(count, n);
      settle(n, out);
    }

    @Override
    void orderedScores(int first, int count, float floor, float[] out) {
      Sketches.Query bounds = bounding(floor);
      if (bounds == null) {
        orderedScores(first, count, out);
        return;
      }
      bounds.bounds(first, count, out);
      settle(first, count, floor, out);
    }

    /// Looks at the codes of the rows from `first` on that can reach `floor`, as far as `out`
    /// tells.
    private void settle(int first, int count, float floor, float[] out) {
      int n = reaching(count, floor, out);
      for (int i = 0; i < n; i++) {
        left[i] = first + places[i];
      }
      note(count, n);
      settle(n, out);
    }

    private void settle(int n, float[] out) {
      orderedScores(left, n, leftScores);
      for (int i = 0; i < n; i++) {
        out[places[i]] = leftScores[i];
      }
    }

    /// Puts the places of the bounds that are at least `floor` into `places`; how many.
    private int reaching(int count, float floor, float[] bounds) {
      room(count);
      Arrays.fill(floors, floor);
      int n = 0;
      int i = 0;
      for (; i + floors.length <= count; i += floors.length) {
        // Many at a time, as hardly any is.
        long reached = kernels.atLeast(bounds, i, floors);
        for (; reached != 0; reached &= reached - 1) {
          places[n++] = i + Long.numberOfTrailingZeros(reached);
        }
      }
      for (; i < count; i++) {
        places[n] = i;
        n += bounds[i] < floor ? 0 : 1;
      }
      return n;
    }

    private void room(int count) {
      if (left.length <= count) {
        left = new int[2 * count];
        places = new int[2 * count];
        leftScores = new float[2 * count + 3];
      }
    }

    @Override
    void orderedScores(int[] rows, int count, float[] out) {
      refs = refs(codes, rows, count, refs);
      float[] factors = firsts();
      try {
        kernels.dotBytes(values, codes.referred(), refs, count, out);
      } finally {
        Reference.reachabilityFence(codes);
      }
      switch (metric) {
        case INNER_PRODUCT -> {
          for (int i = 0; i < count; i++) {
            out[i] = offset + factors[rows[i]] * out[i];
          }
        }
        case L2 -> {
          float[] squares = seconds();
          for (int i = 0; i < count; i++) {
            out[i] = offset + 2 * factors[rows[i]] * out[i] - squares[rows[i]];
          }
        }
      }
    }

    @Override
    void orderedScores(int first, int count, float[] out) {
      codes.runs(
          first, count, (rows, at, n, done) -> kernels.dotBytes(values, rows, at, n, out, done));
      finish(first, count, out);
    }

    @Override
    void orderedScores(
        Query other,
        int first,
        int count,
        float floor,
        float otherFloor,
        float[] out,
        float[] otherOut) {
      if (!(other instanceof ByteQuery second)) {
        super.orderedScores(other, first, count, floor, otherFloor, out, otherOut);
        return;
      }
      // Two queries share what it takes to read codes: sketches have to be much smaller.
      Sketches now = sketches;
      boolean small = now != null && SMALL_PART * now.rowBytes() <= padded;
      Sketches.Query bounds = small ? bounding(floor) : null;
      Sketches.Query otherBounds = small ? second.bounding(otherFloor) : null;
      if (bounds != null && otherBounds != null && bounds.sketches() == otherBounds.sketches()) {
        bounds.bounds(otherBounds, first, count, out, otherOut);
        settle(first, count, floor, out);
        second.settle(first, count, otherFloor, otherOut);
        return;
      }
      codes.runs(
          first,
          count,
          (rows, at, n, done) ->
              kernels.dotBytesTwice(values, second.values, rows, at, n, out, otherOut, done));
      finish(first, count, out);
      second.finish(first, count, otherOut);
    }

    /// Makes ordered scores of the products with the rows from `first` on.
    private void finish(int first, int count, float[] out) {
      float[] factors = firsts();
      switch (metric) {
        case INNER_PRODUCT -> {
          for (int i = 0; i < count; i++) {
            out[i] = offset + factors[first + i] * out[i];
          }
        }
        case L2 -> {
          float[] squares = seconds();
          for (int i = 0; i < count; i++) {
            out[i] = offset + 2 * factors[first + i] * out[i] - squares[first + i];
          }
        }
      }
    }
  }
}
