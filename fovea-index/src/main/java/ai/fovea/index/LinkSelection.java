package ai.fovea.index;

import java.util.Arrays;

/// Which links a row gets, or keeps. For one thread.
///
/// **Near** links are taken where they are nearer to the row than to any taken before (Malkov and
/// Yashunin, algorithm 4): links in all directions instead of many in one.
///
/// **Far** ones, of more than twice the median's length, would rarely pass that beside short ones.
/// Some are kept all the same, in an order by chance (of a seed, so that it is the same in each
/// run), no two of which lead to one place: a walk that ends among rows that lie close together
/// sees different ways out with each of them.
final class LinkSelection {
  // So many times as far away, squared, as the median is far.
  static final float FAR = 4;
  // Differences that are so much smaller than the greatest may be rounding.
  private static final float ROUNDING = 1e-4f;
  private static final int LOOKED_AT = 8;
  private static final int SEED = 0x9E3779B9;

  private final Codes.Query pair;
  private final int m;
  private int width;
  private int row;
  private float self;
  private float limit;
  // The candidates, best first; behind the first `near` of them come far ones.
  private int size;
  private int near;
  // Far ones that are not to be linked back, in no order.
  private int added;
  // A link that is better than all candidates, or -1.
  private int missed;
  private float missedScore;
  private int chosenNear;
  private int linkedBack;
  private boolean crowded;
  private int typical;
  private float typicalSelf;
  private float[] toTypical = new float[0];
  private int[] rows = new int[0];
  private float[] orderedScores = new float[0];
  private int[] more = new int[0];
  private float[] moreScores = new float[0];
  private long[] order = new long[0];
  private int[] questions = new int[0];
  private float[] toChosen = new float[0];
  private final int[] one = new int[1];
  private final float[] orderedScore = new float[4];

  LinkSelection(Codes codes, int m) {
    this.pair = codes.query();
    this.m = m;
  }

  /// Begins anew, with room for so many candidates and a list of `ofWidth` links.
  void begin(int count, int ofWidth) {
    width = ofWidth;
    size = 0;
    added = 0;
    missed = -1;
    int room = count + 2 * ofWidth + 4;
    if (rows.length < room) {
      rows = new int[2 * room];
      orderedScores = new float[2 * room];
      more = new int[2 * room];
      moreScores = new float[2 * room];
      order = new long[2 * room];
      questions = new int[2 * room];
      toChosen = new float[2 * room];
      toTypical = new float[2 * room];
    }
  }

  /// Adds a candidate, best first.
  void add(int candidate, float itsScore) {
    rows[size] = candidate;
    orderedScores[size] = itsScore;
    size++;
  }

  int size() {
    return size;
  }

  int row(int i) {
    return rows[i];
  }

  /// Returns what was chosen.
  int[] rows() {
    return rows;
  }

  /// Returns how many of what [#chooseNew] has chosen, the first, are near.
  int chosenNear() {
    return chosenNear;
  }

  /// Returns how many of what [#chooseNew] has chosen, the first, are candidates, which are to be
  /// linked back.
  int linkedBack() {
    return linkedBack;
  }

  /// Tells near candidates from far ones.
  ///
  /// @param centre the row as a query
  void split(Codes.Query centre, int itself) {
    row = itself;
    one[0] = itself;
    centre.orderedScores(one, 1, orderedScore);
    self = orderedScore[0];
    float gap = Math.max(0, self - orderedScores[size / 2]);
    limit = self - Math.max(FAR * gap, ROUNDING * (self - orderedScores[size - 1]));
    near = 0;
    while (near < size && orderedScores[near] >= limit) {
      near++;
    }
    crowded = false;
  }

  /// Looks at how the candidates lie around a new row.
  ///
  /// @param centre the row as a query
  void look(Codes.Query centre, int itself) {
    split(centre, itself);
    typical = rows[size / 2];
    pair.setRow(typical);
    one[0] = typical;
    pair.orderedScores(one, 1, orderedScore);
    typicalSelf = orderedScore[0];
    pair.orderedScores(rows, size, toChosen);
    int close = 0;
    for (int i = 0; i < size; i++) {
      close += inPlace(typicalSelf, toChosen[i], orderedScores[i]) ? 1 : 0;
    }
    crowded = 2 * close > size && size > 2;
    missedScore = orderedScores[0];
    typical = crowded ? typical : rows[0];
  }

  int typical() {
    return typical;
  }

  /// Returns whether a link leads to the place of another.
  private boolean inPlace(float selfOfOther, float scoreToOther, float itsScore) {
    return FAR * (selfOfOther - scoreToOther) < self - itsScore;
  }

  /// Adds those of the first `count` links that are far and no candidates.
  void addFar(Codes.Query centre, int[] links, int count) {
    int questioned = 0;
    for (int i = 0; i < count; i++) {
      if (links[i] != row && !holds(rows, size, links[i]) && !holds(more, added, links[i])) {
        questions[questioned++] = links[i];
      }
    }
    centre.orderedScores(questions, questioned, toChosen);
    if (crowded) {
      pair.setRow(typical);
      pair.orderedScores(questions, questioned, toTypical);
    }
    for (int i = 0; i < questioned; i++) {
      if (toChosen[i] > missedScore) {
        missed = questions[i];
        missedScore = toChosen[i];
      }
      boolean far =
          crowded
              ? !inPlace(typicalSelf, toTypical[i], toChosen[i])
              : toChosen[i] < limit
                  && self - toChosen[i] > ROUNDING * (self - orderedScores[size - 1]);
      if (far) {
        more[added] = questions[i];
        moreScores[added] = toChosen[i];
        added++;
      }
    }
  }

  /// Returns the best of all links that [#addFar] was given since [#look], where it is better than
  /// all candidates; otherwise -1.
  int missed() {
    return missed;
  }

  /// Returns one of the far ones that were added, or -1.
  int oneFar() {
    return added == 0 ? -1 : more[Math.floorMod(mixed(row, size), added)];
  }

  /// Chooses among candidates, or takes all, and some of the far ones that were added; how many
  /// there are then.
  int chooseNew(boolean all) {
    int mostFar = width / 4;
    int far = all ? size - near : spread(rows, orderedScores, near, size - near, mostFar);
    System.arraycopy(more, 0, rows, size, added);
    System.arraycopy(moreScores, 0, orderedScores, size, added);
    int room = all ? Math.min(mostFar - far, width - size) : mostFar - far;
    int extras = spread(rows, orderedScores, size, added, Math.max(0, room));
    int kept = all ? near : select(near, Math.max(1, m - far - extras), Math.max(1, m / 4));
    System.arraycopy(rows, near, rows, kept, far);
    chosenNear = kept;
    linkedBack = kept + far;
    System.arraycopy(rows, size, rows, linkedBack, extras);
    int total = linkedBack + extras;
    linkedBack = crowded ? total : linkedBack;
    return total;
  }

  /// Chooses again among the links of a row, of which the first `fixed` stay in any case, in their
  /// order; how many there are then.
  int chooseAgain(Codes.Query centre, int itself, int[] links, int fixed, int count) {
    centre.orderedScores(links, count, toChosen);
    sort(links, toChosen, count);
    split(centre, itself);
    int far = spread(rows, orderedScores, near, count - near, width / 4);
    int kept = select(near, Math.max(1, width * 5 / 8), Math.max(1, m / 2));
    // Not all that there is room for: a list that is full again is chosen from again for each link.
    System.arraycopy(rows, near, questions, 0, far);
    System.arraycopy(rows, 0, questions, far, kept);
    kept += far;
    System.arraycopy(links, 0, rows, 0, fixed);
    int total = fixed;
    for (int i = 0; i < kept && total < width - width / 4; i++) {
      if (!holds(rows, fixed, questions[i])) {
        rows[total++] = questions[i];
      }
    }
    return total;
  }

  /// Makes candidates of some links, best first; of equal ones the smaller row.
  private void sort(int[] links, float[] theirs, int count) {
    for (int i = 0; i < count; i++) {
      order[i] = (long) ~ordered(theirs[i]) << 32 | links[i];
    }
    Arrays.sort(order, 0, count);
    size = 0;
    for (int i = 0; i < count; i++) {
      add((int) order[i], unordered(~(int) (order[i] >> 32)));
    }
  }

  /// Moves some of the `count` far ones from `start` on to the front, at most `max`; how many.
  private int spread(int[] some, float[] theirs, int start, int count, int max) {
    if (count == 0 || max == 0) {
      return 0;
    }
    for (int i = 0; i < count; i++) {
      order[i] = (long) mixed(row, some[start + i]) << 32 | i;
    }
    Arrays.sort(order, 0, count);
    for (int i = 0; i < count; i++) {
      questions[i] = some[start + (int) order[i]];
      toChosen[i] = theirs[start + (int) order[i]];
    }
    System.arraycopy(questions, 0, some, start, count);
    System.arraycopy(toChosen, 0, theirs, start, count);
    int kept = 0;
    int left = count;
    while (left > 0 && kept < max) {
      int chosen = some[start + kept++];
      left--;
      if (kept == max || left == 0) {
        break;
      }
      pair.setRow(chosen);
      one[0] = chosen;
      pair.orderedScores(one, 1, orderedScore);
      System.arraycopy(some, start + kept, questions, 0, left);
      pair.orderedScores(questions, left, toChosen);
      int stay = start + kept;
      for (int i = 0; i < left; i++) {
        float its = theirs[start + kept + i];
        if (!inPlace(orderedScore[0], toChosen[i], its)) {
          some[stay] = questions[i];
          theirs[stay] = its;
          stay++;
        }
      }
      left = stay - start - kept;
    }
    return kept;
  }

  /// Moves those of the first `count` candidates that are chosen to the front; how many.
  ///
  /// @param min so many are taken at least, the best of the others: among vectors of unequal length
  ///     compared by inner product, a long one is nearer to all the others than they are to each
  ///     other, and would be the only link
  private int select(int count, int max, int min) {
    int[] all = Arrays.copyOf(rows, count);
    int kept = 0;
    int left = count;
    int room = max;
    while (left > 0 && kept < room) {
      if (kept == LOOKED_AT && count - kept - left < count / LOOKED_AT) {
        // Hardly any is nearer to another: they can't be told apart, and few are as good as many.
        room = Math.min(max, Math.max(LOOKED_AT, m / 2));
      }
      // rows[0, kept) are kept, rows[kept, kept + left) still in question; the first of these is
      // in.
      pair.setRow(rows[kept++]);
      left--;
      if (kept == room || left == 0) {
        break;
      }
      System.arraycopy(rows, kept, questions, 0, left);
      pair.orderedScores(questions, left, toChosen);
      int stay = kept;
      for (int i = 0; i < left; i++) {
        if (toChosen[i] <= orderedScores[kept + i]) {
          rows[stay] = questions[i];
          orderedScores[stay] = orderedScores[kept + i];
          stay++;
        }
      }
      left = stay - kept;
    }
    for (int i = 0; i < count && kept < Math.min(min, max); i++) {
      if (!holds(rows, kept, all[i])) {
        rows[kept++] = all[i];
      }
    }
    return kept;
  }

  private static boolean holds(int[] some, int count, int row) {
    for (int i = 0; i < count; i++) {
      if (some[i] == row) {
        return true;
      }
    }
    return false;
  }

  private static int mixed(int row, int other) {
    int mixed = (row * 31 + other) * SEED;
    mixed = (mixed ^ mixed >>> 15) * 0x85EBCA6B;
    return mixed ^ mixed >>> 13;
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
