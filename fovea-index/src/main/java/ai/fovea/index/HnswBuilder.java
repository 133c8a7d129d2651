package ai.fovea.index;

import java.util.Arrays;
import java.util.function.IntPredicate;

/// Links rows into an HNSW graph.
///
/// Several threads may insert at once, each with a [Worker] of its own: a list is changed under one
/// of some locks, and read under none.
///
/// **Every row stays reachable.** The first link of a row leads to its *anchor*, the nearest row
/// that had room for it, and the anchor's list keeps the link back, however often it is thinned
/// out. These links alone connect all rows of a level, in both directions. (The first link of the
/// first row is no anchor, and is kept all the same.)
///
/// **Equal vectors** would fill each other's lists. Only the first of them is linked as above, the
/// *original*; the others, its *copies*, hang from it in a chain: their lists are the anchor twice,
/// by which they are known, and the next copy.
///
/// **Far links.** Where rows lie close together beside others far away, the nearest of a row, and
/// those the selection would prefer, are all in its own cluster, and a walk that has come there
/// finds no way out. So a part of each list is kept for links that are much longer than the others,
/// and a new row takes over such links from its nearest.
final class HnswBuilder {
  private static final int LOCKS = 1024;
  // How much wider another search for candidates is, and how wide the widest.
  private static final int WIDER = 4;
  private static final int WIDEST = 16;
  // One of so many rows of a place that was found before gets links to many others.
  private static final int SOME = 4;
  // How often candidates are searched for from a better start.
  private static final int AGAIN = 4;

  private final HnswGraph graph;
  private final Codes codes;
  private final FloatCodes exact;
  private final int efConstruction;
  private final Object[] locks = new Object[LOCKS];
  private final Object copying = new Object();

  /// @param codes what rows are compared by
  /// @param exact the vectors themselves
  HnswBuilder(HnswGraph graph, Codes codes, FloatCodes exact, int efConstruction) {
    this.graph = graph;
    this.codes = codes;
    this.exact = exact;
    this.efConstruction = efConstruction;
    Arrays.setAll(locks, i -> new Object());
  }

  /// Links of a row: the first `near` of them lead to its place, the first `back` are to lead back.
  private static final class Links {
    final int[] to;
    final int near;
    final int back;

    Links(int[] to, int near, int back) {
      this.to = to;
      this.near = near;
      this.back = back;
    }
  }

  Worker worker() {
    return new Worker();
  }

  /// What one thread needs.
  final class Worker {
    private final HnswSearcher walk = new HnswSearcher(graph, true);
    private final Codes.Query node = codes.query();
    private final Codes.Query other = codes.query();
    private final LinkSelection selection = new LinkSelection(codes, graph.m());
    private final int[] links = new int[2 * graph.m() + 1];
    private final int[] one = new int[1];
    // Kernels write up to four at a time.
    private final float[] self = new float[4];
    // The row that was inserted before, or -1.
    private int last = -1;

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
      IntPredicate linkable = r -> r != row && (alive.test(r) || hasCopies(r));
      int at = walk.descend(node, entry, level, end);
      int top = Math.min(level, entry.level());
      Links[] chosen = new Links[top + 1];
      for (int l = top; l >= 0; l--) {
        int from = at;
        for (int again = 0; from >= 0; again++) {
          search(row, from, l, end, allAlive, linkable);
          // A copy is on level 0 only, whatever level was drawn for it: no link leads to it above
          // yet.
          if (l == 0 && hung(row)) {
            return;
          }
          chosen[l] = choose(row, l);
          from = again < AGAIN ? missed(l) : -1;
        }
        if (walk.size() > 0) {
          at = walk.row(0);
        }
      }
      last = row;
      // From below: another thread that finds the row on a level is to find ways on below it.
      for (int l = 0; l <= top; l++) {
        connect(row, l, chosen[l]);
      }
      if (level > entry.level()) {
        synchronized (locks) {
          if (level > graph.entry().level()) {
            graph.enterAt(row, level);
          }
        }
      }
    }

    /// Returns a row on a level that is nearer to the node than all that the search found, in a
    /// cluster that it missed; -1 where none is known. Asked are the far links that [#choose]
    /// looked at, and the row before: rows of one cluster often come one after another.
    private int missed(int level) {
      int missed = selection.missed();
      if (missed < 0 && last >= 0 && graph.level(last) >= level && walk.size() > 0) {
        one[0] = last;
        node.orderedScores(one, 1, self);
        missed = self[0] > walk.orderedScore(0) ? last : -1;
      }
      return missed;
    }

    /// Links a row on level 0 that can't be reached there: no link leads to it but from such rows,
    /// and their levels may lead to them.
    ///
    /// @param reached whether a row can be reached
    void attach(int row, float[] vector, IntPredicate reached) {
      int end = graph.end();
      node.set(vector);
      search(row, graph.entry().row(), 0, end, false, r -> r != row && reached.test(r));
      if (!hung(row)) {
        connect(row, 0, choose(row, 0));
      }
    }

    /// Finds candidates for `row`, which is the node. A wider search follows, up to [#WIDEST] times
    /// as wide, where all that were found lie together and away from it, or in fewer places than
    /// candidates are wanted: a row of another cluster that is not found now would stay apart from
    /// it. Of the rows of one place, some with links to many others are enough.
    private void search(
        int row, int from, int level, int end, boolean allAlive, IntPredicate alive) {
      one[0] = row;
      node.orderedScores(one, 1, self);
      for (int ef = efConstruction; ; ef *= WIDER) {
        if (allAlive || !walk.nearestAccepted(node, from, level, ef, 16 * ef, 0, end, alive)) {
          walk.nearest(node, from, level, ef, end);
        }
        int places = row % SOME == 0 || !walk.found(self[0]) ? efConstruction : 0;
        if (walk.size() < ef
            || (long) ef * WIDER > (long) WIDEST * efConstruction
            || !walk.crowded(other, self[0], places)) {
          return;
        }
      }
    }

    /// Hangs a row from the original of its vector, where the search on level 0 found one.
    private boolean hung(int row) {
      for (int i = 0; i < walk.size() && walk.orderedScore(i) == walk.orderedScore(0); i++) {
        int original = walk.row(i);
        if (original != row && exact.same(row, original)) {
          return hang(row, original);
        }
      }
      return false;
    }

    private boolean hang(int row, int original) {
      synchronized (copying) {
        int first = firstCopy(original);
        int[] list = {original, original, first};
        // Before any link leads to it: walks that see one are to know.
        graph.noteCopy(row);
        synchronized (lock(row)) {
          graph.set(row, 0, list, first < 0 ? 2 : 3);
        }
        if (first >= 0) {
          replace(original, first, row);
          replace(first, original, row);
        } else if (!link(original, row, 0, graph.width(0))) {
          return false;
        }
        if (graph.level(row) > graph.entry().level()) {
          // Only the entry may be above all others.
          graph.lower(row);
        }
        return true;
      }
    }

    private int firstCopy(int original) {
      int[] list = new int[2 * graph.m() + 1];
      for (int i = 0, count = graph.read(original, 0, list); i < count; i++) {
        if (graph.isCopy(list[i]) && graph.anchor(list[i], 0) == original) {
          return list[i];
        }
      }
      return -1;
    }

    private boolean hasCopies(int row) {
      return firstCopy(row) >= 0;
    }

    private void replace(int row, int link, int by) {
      synchronized (lock(row)) {
        int count = graph.read(row, 0, links);
        for (int i = 0; i < count; i++) {
          if (links[i] == link) {
            links[i] = by;
          }
        }
        graph.set(row, 0, links, count);
      }
    }

    /// Chooses links for `row` from what the search found.
    private Links choose(int row, int level) {
      selection.begin(walk.size(), graph.width(level));
      // Of a wider search the nearest, and some of the others: rows of many places.
      int others = walk.size() - efConstruction;
      int step = Math.max(1, 2 * others / efConstruction);
      for (int i = 0; i < walk.size(); i += i < efConstruction ? 1 : step) {
        if (walk.row(i) != row) {
          selection.add(walk.row(i), walk.orderedScore(i));
        }
      }
      int found = selection.size();
      if (found == 0) {
        return new Links(new int[0], 0, 0);
      }
      selection.look(node, row);
      selection.addFar(node, links, graph.read(selection.typical(), level, links));
      // And links of one of these: rows that lie together are to lead to different ones.
      int far = selection.oneFar();
      if (far >= 0) {
        selection.addFar(node, links, graph.read(far, level, links));
      }
      // On level 0 all of them where they fit, as Faiss does: lists are thinned out when they
      // overflow, and until then each step of a walk sees more rows.
      int count = selection.chooseNew(level == 0 && found <= graph.width(0));
      return new Links(
          Arrays.copyOf(selection.rows(), count), selection.chosenNear(), selection.linkedBack());
    }

    /// Links `row` to what was chosen, and that to it.
    private void connect(int row, int level, Links links) {
      int[] to = links.to;
      if (to.length == 0) {
        return;
      }
      // A far link comes last: a walk that looks for the row would not pass there.
      if (!anchor(row, level, to, 0, links.near)
          && !(level == 0 && anchorNear(row, to))
          && !anchor(row, level, to, links.near, links.back)) {
        anchorBelow(row, level, to);
      }
      for (int i = 1; i < links.back; i++) {
        if (graph.level(to[i]) >= level) {
          link(to[i], row, level, graph.width(level) - 1);
        }
      }
    }

    /// Makes the first from `start` to `end` of `to` that has room the anchor, moves it to the
    /// front, and stores the list.
    private boolean anchor(int row, int level, int[] to, int start, int end) {
      for (int i = start; i < end; i++) {
        int candidate = to[i];
        System.arraycopy(to, 0, to, 1, i);
        to[0] = candidate;
        // First its own list: the anchor knows by it that the link back is to be kept.
        synchronized (lock(row)) {
          graph.set(row, level, to, to.length);
        }
        if (graph.level(candidate) >= level && link(candidate, row, level, room(level))) {
          return true;
        }
      }
      return false;
    }

    /// Returns where none of the near links on level 0 has room: the nearest of the other rows that
    /// were found there, the last that were searched for.
    private boolean anchorNear(int row, int[] to) {
      int[] more = new int[Math.min(to.length + 1, graph.width(0))];
      for (int i = 0; i < walk.size(); i++) {
        int candidate = walk.row(i);
        if (candidate != row && Arrays.stream(to).noneMatch(link -> link == candidate)) {
          System.arraycopy(to, 0, more, 1, more.length - 1);
          more[0] = candidate;
          if (anchor(row, 0, more, 0, 1)) {
            return true;
          }
        }
      }
      return false;
    }

    /// Where no candidate has room: a row that hangs from one of them, or from these, has.
    private void anchorBelow(int row, int level, int[] to) {
      int at = to[0];
      int[] list = new int[2 * graph.m() + 1];
      for (int depth = 0; depth < graph.end(); depth++) {
        int next = -1;
        for (int i = 1, count = graph.read(at, level, list); i < count && next < 0; i++) {
          boolean hangs = list[i] != row && graph.anchor(list[i], level) == at;
          next = hangs && !(level == 0 && graph.isCopy(list[i])) ? list[i] : -1;
        }
        if (next < 0) {
          break;
        }
        // Not twice: two equal links in front would make the row a copy.
        for (int i = 1; i < to.length; i++) {
          if (to[i] == next) {
            to[i] = to[0];
          }
        }
        to[0] = next;
        if (anchor(row, level, to, 0, 1)) {
          return;
        }
        at = next;
      }
      // Only in a graph that was linked elsewhere, above level 0.
      synchronized (lock(at)) {
        int count = graph.read(at, level, list);
        list[Math.max(0, count - 1)] = row;
        graph.set(at, level, list, Math.max(1, count));
      }
    }

    /// Returns how many links of a list may be kept, so that there is room for others.
    private int room(int level) {
      return Math.min(graph.width(level), graph.width(level) / 2 + 1);
    }

    /// Returns how many of the first `count` of `links`, the list of a row, are kept: its anchor,
    /// and those whose anchor it is.
    private int kept(int row, int level, int count) {
      int kept = 1;
      for (int i = 1; i < count; i++) {
        kept += graph.anchor(links[i], level) == row ? 1 : 0;
      }
      return kept;
    }

    /// Links `from` to `to`, which is kept where that is its anchor; false where there is no room.
    ///
    /// @param room how many links may be kept then
    private boolean link(int from, int to, int level, int room) {
      synchronized (lock(from)) {
        int width = graph.width(level);
        int count = graph.read(from, level, links);
        for (int i = 0; i < count; i++) {
          if (links[i] == to) {
            return true;
          }
        }
        if (count < width) {
          // A list of nothing but links that are kept would be chosen from again for each further
          // one.
          boolean fits = count < room || kept(from, level, count) < room;
          if (fits) {
            graph.append(from, level, count, to);
          }
          return fits;
        }
        links[count++] = to;
        int fixed = 1;
        // Links that are kept come first, the anchor before all of them.
        for (int i = 1; i < count; i++) {
          if (graph.anchor(links[i], level) == from) {
            int moved = links[fixed];
            links[fixed++] = links[i];
            links[i] = moved;
          }
        }
        if (fixed > room) {
          return false;
        }
        other.setRow(from);
        selection.begin(count, width);
        int all = selection.chooseAgain(other, from, links, fixed, count);
        graph.set(from, level, selection.rows(), all);
        return true;
      }
    }
  }

  private Object lock(int row) {
    return locks[row % LOCKS];
  }
}
