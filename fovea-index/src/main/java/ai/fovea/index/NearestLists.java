package ai.fovea.index;

import ai.fovea.index.internal.Centroids;
import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.TopRows;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which centroids are nearest to a query.
///
/// For a single query [Sketches] tell which ones can be, and only these are compared: the choice is
/// the same. Many queries at once are compared with all of them, each of which is then read once.
///
/// Immutable, for any number of threads.
final class NearestLists {
  // Sketches pay where there are many centroids and most are not wanted.
  private static final int FEWEST = 256;
  private static final int WANTED_PART = 4;
  private static final int BISECTIONS = 12;
  // Ordered scores of centroids and bounds of their differences from the centre are rounded
  // differently.
  private static final double ROUNDING = 4e-6;

  private final Centroids centroids;
  private final @Nullable Sketched sketched;

  /// @param codes what was learned for the vectors, and is right for centroids as well
  /// @param sketches of each centroid
  /// @param longest the greatest length of any
  private record Sketched(ByteCodes codes, Sketches sketches, double longest) {
    static Sketched of(Centroids centroids, ByteCodes codes, Sketches ofVectors) {
      Sketches sketches = ofVectors.empty();
      double longest = 0;
      for (int c = 0; c < centroids.count(); c++) {
        float[] centroid = centroids.row(c);
        longest = Math.max(longest, Sketches.squares(centroid));
        float[] difference = codes.difference(centroid);
        sketches.put(c, difference, (float) Sketches.squares(difference));
      }
      return new Sketched(codes, sketches, Math.sqrt(longest));
    }
  }

  private NearestLists(Centroids centroids, @Nullable Sketched sketched) {
    this.centroids = centroids;
    this.sketched = sketched;
  }

  /// With sketches where there are some of the vectors, whose codes are `codes`.
  static NearestLists of(Centroids centroids, Codes codes) {
    Sketches ofVectors = codes instanceof ByteCodes bytes ? bytes.sketches() : null;
    if (ofVectors == null || centroids.count() < FEWEST) {
      return new NearestLists(centroids, null);
    }
    return new NearestLists(centroids, Sketched.of(centroids, (ByteCodes) codes, ofVectors));
  }

  /// Returns whether there are sketches.
  boolean sketched() {
    return sketched != null;
  }

  /// For each of the queries from `from` (inclusive) to `to` (exclusive) the numbers of the `k`
  /// nearest, in no order.
  int[][] of(float[][] queries, int from, int to, int k) {
    if (sketched != null && to - from == 1 && k <= centroids.count() / WANTED_PART) {
      return new int[][] {nearest(queries[from], k, sketched)};
    }
    return centroids.nearest(queries, from, to, k);
  }

  private int[] nearest(float[] query, int k, Sketched by) {
    int count = centroids.count();
    Sketches.Query sketch = by.sketches.query();
    float[] related = by.codes.zeros();
    sketch.set(related, by.codes.relate(query, related));
    Reaching bounds = new Reaching(centroids.kernels(), count);
    sketch.bounds(0, count, bounds.values);
    // The ordered scores of any `k` tell what the nearest reach at least; the more promising these
    // are, the fewer others do.
    float promising = bounds.promising(k);
    int[] some = bounds.between(promising, Float.POSITIVE_INFINITY);
    TopRows best = new TopRows(k, null);
    add(some, centroids.orderedScores(some, query), best);
    double squares = Sketches.squares(query);
    double floor = by.sketches.metric() == Metric.L2 ? 2 * best.floor() - squares : best.floor();
    double rounding = ROUNDING * Math.pow(Math.sqrt(squares) + by.longest, 2);
    int[] others = bounds.between((float) (floor - rounding), promising);
    add(others, centroids.orderedScores(others, query), best);
    return best.rows();
  }

  private static void add(int[] rows, float[] orderedScores, TopRows best) {
    for (int i = 0; i < rows.length; i++) {
      if (best.wants(orderedScores[i], rows[i])) {
        best.add(orderedScores[i], rows[i]);
      }
    }
  }

  /// Some values, and which of them reach a number.
  private static final class Reaching {
    final float[] values;
    private final Kernels kernels;
    private final int count;
    private final float[] min;

    Reaching(Kernels kernels, int count) {
      this.kernels = kernels;
      this.count = count;
      this.min = new float[kernels.width()];
      this.values = new float[count + Math.max(3, min.length)];
    }

    /// Returns a number that `k` values reach, and not many more.
    float promising(int k) {
      float low = Float.POSITIVE_INFINITY;
      float high = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < count; i++) {
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
      for (int i = 0; i < BISECTIONS; i++) {
        float middle = low + (high - low) / 2;
        int reach = reaching(middle);
        if (reach < k) {
          high = middle;
        } else {
          low = middle;
          if (reach <= k + k / 4 + 8) {
            break;
          }
        }
      }
      return low;
    }

    private int reaching(float number) {
      Arrays.fill(min, number);
      int reach = 0;
      for (int i = 0; i < count; i += min.length) {
        reach += Long.bitCount(from(i));
      }
      return reach;
    }

    /// Returns the places of the values that are at least `number` and less than `below`.
    int[] between(float number, float below) {
      int[] places = new int[reaching(number)];
      int n = 0;
      for (int i = 0; i < count; i += min.length) {
        for (long reached = from(i); reached != 0; reached &= reached - 1) {
          int place = i + Long.numberOfTrailingZeros(reached);
          if (values[place] < below) {
            places[n++] = place;
          }
        }
      }
      return Arrays.copyOf(places, n);
    }

    private long from(int at) {
      long reached = kernels.atLeast(values, at, min);
      return count - at < min.length ? reached & (1L << (count - at)) - 1 : reached;
    }
  }
}
