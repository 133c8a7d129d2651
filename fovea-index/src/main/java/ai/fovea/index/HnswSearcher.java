package ai.fovea.index;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// One thread's walk through an HNSW graph, with what it needs to remember. Used again and again,
/// by one thread at a time.
///
/// The nearest rows seen lie in a pool, best first, with a mark on those whose neighbours were
/// looked at; the best unmarked one is next, until none is left (as in Malkov and Yashunin,
/// algorithm 2, with one list instead of two heaps).
final class HnswSearcher {
  // Rows whose neighbours are fetched at once: nearly all in the pool are looked at in the end, and
  // memory answers many questions in the time of one.
  private static final int TOGETHER = 4;
  // In a pool, how far from the end a row is put in by moving one after the other.
  private static final int NEAR = 32;
  // So many answers of a filter tell which share it accepts.
  private static final int ASKED = 512;
  // So many rows tell how those that were kept lie.
  private static final int LOOKED_AT = 8;
  // So many rows are compared with so many behind them to tell in how many places they lie.
  private static final int ASKED_FOR_MATES = 16;
  private static final int BEHIND = 4;
  private static final int EXPANDED = 1 << 31;
  private static final int ACCEPTED = 1 << 30;
  private static final int ROW = ACCEPTED - 1;

  private final HnswGraph graph;
  private final boolean distinct;
  private byte[] visited = new byte[0];
  private byte round;
  private int[] pool = new int[64];
  private float[] orderedScores = new float[64];
  private int size;
  private final int[] list;
  private final int[] links;
  private final float[] linkScores;

  /// @param distinct whether copies of other rows are passed over
  HnswSearcher(HnswGraph graph, boolean distinct) {
    this.graph = graph;
    this.distinct = distinct;
    this.list = new int[2 * graph.m()];
    // One more than can be seen: the place of one that turns out to be seen already.
    this.links = new int[2 * graph.m() * TOGETHER + 1];
    this.linkScores = new float[2 * graph.m() * TOGETHER + 3];
  }

  /// Returns how many rows the last search found.
  int size() {
    return size;
  }

  /// Returns a row that the last search found; 0 is the best.
  int row(int i) {
    return pool[i] & ROW;
  }

  /// Returns its ordered score.
  float orderedScore(int i) {
    return orderedScores[i];
  }

  /// Returns whether most rows that the last search kept lie much closer to each other than to the
  /// query: they may have kept out the rows that lead to it.
  ///
  /// Also whether they lie in so few places: rows of a small cluster come together, and a pool of a
  /// hundred is one of eight.
  ///
  /// @param beside of any codes
  /// @param self the ordered score of the query itself
  /// @param places in how many places they should lie at least; 0 where that is not looked at
  boolean crowded(Codes.Query beside, double self, int places) {
    if (size == 0) {
      return false;
    }
    for (int i = 0; i <= LOOKED_AT; i++) {
      links[i] = row(looked(i));
    }
    int typical = links[LOOKED_AT / 2];
    links[LOOKED_AT + 1] = typical;
    beside.setRow(typical);
    beside.orderedScores(links, LOOKED_AT + 2, linkScores);
    int close = 0;
    for (int i = 0; i <= LOOKED_AT; i++) {
      double toQuery = self - orderedScores[looked(i)];
      double toTypical = linkScores[LOOKED_AT + 1] - linkScores[i];
      close += LinkSelection.FAR * toTypical < toQuery ? 1 : 0;
    }
    return 2 * close > LOOKED_AT + 1 || (places > 0 && places(beside, self) < places);
  }

  /// Returns whether the last search found the place of the query: rows that are much nearer than
  /// most of the others.
  boolean found(double self) {
    return size > 0
        && LinkSelection.FAR * (self - orderedScores[0]) < self - orderedScores[size / 2];
  }

  /// In how many places, roughly, the rows lie that the last search kept.
  private double places(Codes.Query beside, double self) {
    int mates = 0;
    int asked = 0;
    for (int at = 0; at + 1 < size; at += Math.max(1, (size - 1) / ASKED_FOR_MATES)) {
      // Those of one place are about as far from the query: they lie near each other in the pool,
      // between those of others.
      int count = Math.min(BEHIND, size - at - 1) + 1;
      for (int i = 0; i < count; i++) {
        links[i] = row(at + i);
      }
      beside.setRow(links[0]);
      beside.orderedScores(links, count, linkScores);
      boolean mate = false;
      for (int i = 1; i < count; i++) {
        mate |= LinkSelection.FAR * (linkScores[0] - linkScores[i]) < self - orderedScores[at];
      }
      mates += mate ? 1 : 0;
      asked++;
    }
    return size * (1 - (double) mates / Math.max(1, asked));
  }

  private int looked(int i) {
    return (int) ((size - 1L) * i / LOOKED_AT);
  }

  /// Walks from the entry to the row that is nearest to the query on `level` + 1, by always going
  /// to the nearest neighbour.
  int descend(Codes.Query query, HnswGraph.Entry entry, int level, int end) {
    int best = entry.row();
    links[0] = best;
    query.orderedScores(links, 1, linkScores);
    float bestScore = linkScores[0];
    for (int at = entry.level(); at > level; at--) {
      for (boolean moved = true; moved; ) {
        moved = false;
        int count = 0;
        for (int i = 0, all = graph.read(best, at, links); i < all; i++) {
          links[count] = links[i];
          count += links[i] < end ? 1 : 0;
        }
        query.orderedScores(links, count, bestScore, linkScores);
        for (int i = 0; i < count; i++) {
          if (linkScores[i] > bestScore) {
            bestScore = linkScores[i];
            best = links[i];
            moved = true;
          }
        }
      }
    }
    return best;
  }

  /// Finds the `ef` nearest rows on a level, of those before `end`.
  void nearest(Codes.Query query, int from, int level, int ef, int end) {
    begin(end, ef);
    seed(query, from);
    long[] copies = passedOver(level);
    for (int next = 0; next < size; ) {
      if (pool[next] < 0) {
        next++;
        continue;
      }
      int count = 0;
      int at = next;
      for (int taken = 0; at < size && taken < TOGETHER; at++) {
        if (pool[at] >= 0) {
          int row = pool[at];
          pool[at] |= EXPANDED;
          count = unseen(row, level, end, count);
          taken++;
        }
      }
      if (level == 0) {
        touchNext(at);
      }
      float floor = size < ef ? Float.NEGATIVE_INFINITY : orderedScores[size - 1];
      query.orderedScores(links, count, floor, linkScores);
      for (int i = 0; i < count; i++) {
        if (linkScores[i] > floor && !(copies != null && isCopy(copies, links[i]))) {
          next = Math.min(next, insert(linkScores[i], links[i], ef));
          floor = size < ef ? Float.NEGATIVE_INFINITY : orderedScores[size - 1];
        }
      }
    }
  }

  /// Finds the `ef` nearest rows on a level that `rows` accepts; others are walked over. False
  /// where that took more than `max` rows in the pool: too few are accepted for a walk.
  ///
  /// @param needed false also where it turns out on the way that `max` would hardly hold so many
  ///     accepted ones; 0 for not looking
  boolean nearestAccepted(
      Codes.Query query,
      int from,
      int level,
      int ef,
      int max,
      int needed,
      int end,
      IntPredicate rows) {
    begin(end, max);
    seed(query, from);
    long[] copies = passedOver(level);
    int accepted = 0;
    long asked = 1;
    long refused = 1;
    if (rows.test(from)) {
      pool[0] |= ACCEPTED;
      accepted = 1;
      refused = 0;
    }
    for (int next = 0; next < size; ) {
      if (pool[next] < 0) {
        next++;
        continue;
      }
      if (asked >= ASKED && (asked - refused) * max < asked * needed) {
        return false;
      }
      int row = pool[next] & ROW;
      pool[next] |= EXPANDED;
      int count = unseen(row, level, end, 0);
      float floor = accepted < ef ? Float.NEGATIVE_INFINITY : orderedScores[size - 1];
      query.orderedScores(links, count, floor, linkScores);
      for (int i = 0; i < count; i++) {
        // Once there are enough, the last in the pool is the worst accepted one.
        if ((accepted == ef && linkScores[i] <= orderedScores[size - 1])
            || (copies != null && isCopy(copies, links[i]))) {
          continue;
        }
        if (size == max) {
          return false;
        }
        boolean accepts = rows.test(links[i]);
        asked++;
        refused += accepts ? 0 : 1;
        int at = insert(linkScores[i], accepts ? links[i] | ACCEPTED : links[i], max);
        next = Math.min(next, at);
        accepted += accepts ? 1 : 0;
        if (accepted > ef) {
          size--;
          accepted--;
        }
        if (accepted == ef) {
          while ((pool[size - 1] & ACCEPTED) == 0) {
            size--;
          }
        }
      }
    }
    keepAccepted();
    return true;
  }

  private long @Nullable [] passedOver(int level) {
    return distinct && level == 0 ? graph.copies() : null;
  }

  private static boolean isCopy(long[] copies, int row) {
    return (copies[row >> 6] & 1L << row) != 0;
  }

  private void keepAccepted() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if ((pool[i] & ACCEPTED) != 0) {
        pool[kept] = pool[i];
        orderedScores[kept] = orderedScores[i];
        kept++;
      }
    }
    size = kept;
  }

  private void begin(int end, int room) {
    if (visited.length < end) {
      visited = new byte[Math.max(end, visited.length + visited.length / 2)];
      round = 0;
    }
    if (++round == 0) {
      Arrays.fill(visited, (byte) 0);
      round = 1;
    }
    int filter = Math.min(room, end) + 1;
    if (pool.length < filter) {
      pool = new int[filter];
      orderedScores = new float[filter];
    }
    size = 0;
  }

  private void seed(Codes.Query query, int row) {
    links[0] = row;
    query.orderedScores(links, 1, linkScores);
    visited[row] = round;
    pool[0] = row;
    orderedScores[0] = linkScores[0];
    size = 1;
  }

  /// Appends the neighbours of a row that were not seen yet to the first `before` of `links`; how
  /// many these are then.
  private int unseen(int row, int level, int end, int before) {
    byte now = round;
    byte[] seen = visited;
    int[] to = links;
    int[] all = list;
    int count = before;
    graph.readToEnd(row, level, all);
    for (int link : all) {
      if (link < 0) {
        break;
      }
      if (link < end) {
        // No branch, which would be guessed wrong every other time: what was seen is written over.
        to[count] = link;
        byte then = seen[link];
        seen[link] = now;
        count += then == now ? 0 : 1;
      }
    }
    return count;
  }

  private void touchNext(int from) {
    for (int at = from, touched = 0; at < size && touched < TOGETHER; at++) {
      if (pool[at] >= 0) {
        graph.touch(pool[at]);
        touched++;
      }
    }
  }

  /// Puts a row where it belongs in a pool of at most `room`; its place.
  private int insert(float orderedScore, int row, int room) {
    int end = Math.min(size, room - 1);
    int at =
        end > NEAR && orderedScores[end - NEAR] < orderedScore ? madeRoom(orderedScore, end) : end;
    if (at == end) {
      // From the end: most rows belong near it, and are there before a search and a copy have
      // begun.
      while (at > 0 && orderedScores[at - 1] < orderedScore) {
        orderedScores[at] = orderedScores[at - 1];
        pool[at] = pool[at - 1];
        at--;
      }
    }
    pool[at] = row;
    orderedScores[at] = orderedScore;
    size = Math.min(size + 1, room);
    return at;
  }

  /// Moves what is behind the place of an ordered score further by one, up to `end`; the place.
  private int madeRoom(float orderedScore, int end) {
    int low = 0;
    int high = end;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (orderedScores[middle] >= orderedScore) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    System.arraycopy(pool, low, pool, low + 1, end - low);
    System.arraycopy(orderedScores, low, orderedScores, low + 1, end - low);
    return low;
  }
}
