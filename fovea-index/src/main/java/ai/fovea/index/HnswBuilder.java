package ai.fovea.index;

import java.util.Arrays;
import java.util.function.IntPredicate;

/// Links rows into an HNSW graph.
///
/// Several threads may insert at once, each with a [Worker] of its own: a list is changed under one of some locks, and read
/// under none.
final class HnswBuilder {
  private static final int LOCKS = 1024;
  private static final int MOST_CANDIDATES = 512;

  private final HnswGraph graph;
  private final Codes codes;
  private final int efConstruction;
  private final Object[] locks = new Object[LOCKS];

  HnswBuilder(HnswGraph graph, Codes codes, int efConstruction) {
    this.graph = graph;
    this.codes = codes;
    this.efConstruction = efConstruction;
    Arrays.setAll(locks, i -> new Object());
  }

  Worker worker() {
    return new Worker();
  }

  /// What one thread needs.
  final class Worker {
    private final HnswWalk walk = new HnswWalk(graph);
    private final Codes.Query node = codes.query();
    private final Codes.Query other = codes.query();
    private final Codes.Query pair = codes.query();
    private int[] rows = new int[MOST_CANDIDATES];
    private float[] merits = new float[MOST_CANDIDATES + 3];
    private long[] order = new long[MOST_CANDIDATES];
    private final int[] links = new int[2 * graph.m() + 1];

    private Worker() {}

    /// Links a row that was placed on the levels up to `level`, to rows that `alive` accepts.
    ///
    /// @param allAlive whether that is every row
    void insert(int row, float[] vector, int level, boolean allAlive, IntPredicate alive) {
      HnswGraph.Entry entry = graph.entry();
      if (entry.row() < 0) {
        synchronized (locks) {
          entry = graph.entry();
          if (entry.row() < 0) {
            graph.enterAt(row, level);
            return;
          }
        }
      }
      node.set(vector);
      int end = graph.end();
      int at = walk.descend(node, entry, level, end);
      for (int l = Math.min(level, entry.level()); l >= 0; l--) {
        search(at, l, end, allAlive, r -> r != row && alive.test(r));
        int count = candidates(row);
        if (count > 0) {
          at = rows[0];
          // On level 0 all of them where they fit, as Faiss does: lists are thinned out when they
          // overflow, and until then each step of a walk sees more rows.
          if (l > 0 || count > graph.width(l)) {
            count = select(count, graph.m());
          }
          connect(row, l, count);
        }
      }
      if (level > entry.level()) {
        synchronized (locks) {
          if (level > graph.entry().level()) {
            graph.enterAt(row, level);
          }
        }
      }
    }

    private void search(int from, int level, int end, boolean allAlive, IntPredicate alive) {
      if (allAlive
          || !walk.nearestAccepted(
              node, from, level, efConstruction, 16 * efConstruction, end, alive)) {
        walk.nearest(node, from, level, efConstruction, end);
      }
    }

    private int candidates(int but) {
      int count = 0;
      room(walk.size());
      for (int i = 0; i < walk.size(); i++) {
        if (walk.row(i) != but) {
          rows[count] = walk.row(i);
          merits[count] = walk.merit(i);
          count++;
        }
      }
      return count;
    }

    /// Links `row` to the first `count` rows, and these to it.
    private void connect(int row, int level, int count) {
      int[] chosen = Arrays.copyOf(rows, count);
      synchronized (lock(row)) {
        graph.set(row, level, chosen, count);
      }
      for (int to : chosen) {
        if (graph.level(to) >= level) {
          link(to, row, level);
        }
      }
    }

    private void link(int from, int to, int level) {
      synchronized (lock(from)) {
        int count = graph.read(from, level, links);
        for (int i = 0; i < count; i++) {
          if (links[i] == to) {
            return;
          }
        }
        if (count < graph.width(level)) {
          graph.append(from, level, count, to);
          return;
        }
        links[count++] = to;
        other.setRow(from);
        int kept = choose(other, links, count, graph.width(level));
        graph.set(from, level, rows, kept);
      }
    }

    /// The best of some rows, with regard to each other, into `rows`; how many.
    private int choose(Codes.Query centre, int[] from, int count, int most) {
      room(count);
      centre.merits(from, count, merits);
      for (int i = 0; i < count; i++) {
        // Greater merits first; of equal ones the smaller row.
        order[i] = (long) ~ordered(merits[i]) << 32 | from[i];
      }
      Arrays.sort(order, 0, count);
      for (int i = 0; i < count; i++) {
        rows[i] = (int) order[i];
        merits[i] = unordered(~(int) (order[i] >> 32));
      }
      return select(count, most);
    }

    /// Keeps of the first `count` of `rows`, which lie best first, those that are nearer to the centre than to any kept
    /// before them (algorithm 4 of the paper): links in all directions instead of many in one. Fills up to a few with the
    /// best of the others: among vectors of unequal length compared by inner product, a long one is nearer to all the
    /// others than they are to each other, and would be the only link.
    private int select(int count, int most) {
      if (questions.length < count + 3) {
        questions = new int[2 * count + 3];
        toChosen = new float[2 * count + 3];
        all = new int[2 * count];
      }
      System.arraycopy(rows, 0, all, 0, count);
      int kept = 0;
      int left = count;
      while (left > 0 && kept < most) {
        // rows[0, kept) are kept, rows[kept, kept + left) still in question; the first of these is
        // in.
        int chosen = rows[kept++];
        left--;
        if (kept == most || left == 0) {
          break;
        }
        pair.setRow(chosen);
        System.arraycopy(rows, kept, questions, 0, left);
        pair.merits(questions, left, toChosen);
        int stay = kept;
        for (int i = 0; i < left; i++) {
          if (toChosen[i] <= merits[kept + i]) {
            rows[stay] = questions[i];
            merits[stay] = merits[kept + i];
            stay++;
          }
        }
        left = stay - kept;
      }
      for (int i = 0; i < count && kept < Math.max(1, graph.m() / 4); i++) {
        if (!isKept(all[i], kept)) {
          rows[kept++] = all[i];
        }
      }
      return kept;
    }

    private boolean isKept(int row, int kept) {
      for (int i = 0; i < kept; i++) {
        if (rows[i] == row) {
          return true;
        }
      }
      return false;
    }

    private int[] all = new int[MOST_CANDIDATES];
    private int[] questions = new int[MOST_CANDIDATES];
    private float[] toChosen = new float[MOST_CANDIDATES];

    private void room(int count) {
      if (rows.length < count) {
        rows = Arrays.copyOf(rows, 2 * count);
        merits = Arrays.copyOf(merits, 2 * count + 3);
        order = new long[2 * count];
      }
    }
  }

  private Object lock(int row) {
    return locks[row % LOCKS];
  }

  /// Floats as whole numbers of the same order.
  private static int ordered(float value) {
    int bits = Float.floatToIntBits(value);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  private static float unordered(int bits) {
    return Float.intBitsToFloat(bits ^ (bits >> 31 & Integer.MAX_VALUE));
  }
}
