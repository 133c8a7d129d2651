package ai.fovea.index.internal;

import ai.fovea.index.Hit;
import ai.fovea.index.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// Keeps the best `k` of the scores that pass by: a binary heap with the worst on top. Of equal
/// scores the smaller id is the better one.
public final class TopK {
  private final Metric metric;
  private final int k;
  private final float min;
  private float[] orderedScores;
  private long[] ids;
  private int[] tags;
  private int size;
  private long gains;

  /// Room for `k` (1 or greater) results; memory grows with what is offered, not with `k`.
  public TopK(Metric metric, int k) {
    this(metric, k, Float.NEGATIVE_INFINITY);
  }

  private TopK(Metric metric, int k, float min) {
    this.metric = metric;
    this.k = k;
    this.min = min;
    this.orderedScores = new float[Math.min(k, 16)];
    this.ids = new long[orderedScores.length];
    this.tags = new int[orderedScores.length];
  }

  /// Room for `k` results that are at least as good as the score `threshold`, which is finite.
  public static TopK reaching(Metric metric, int k, float threshold) {
    if (!Float.isFinite(threshold)) {
      throw new IllegalArgumentException("threshold " + threshold + ": expected a finite score");
    }
    return new TopK(metric, k, metric.orderedScore(threshold));
  }

  /// Returns the ordered score below which an offer is not kept, whatever its id.
  public float floor() {
    return size < k ? min : orderedScores[0];
  }

  /// Returns whether an offer of this ordered score and id would be kept.
  public boolean wants(float orderedScore, long id) {
    return size < k ? orderedScore >= min : above(orderedScore, id, orderedScores[0], ids[0]);
  }

  /// Returns how many results there is room for.
  public int k() {
    return k;
  }

  /// Takes part in the ranking.
  public void offer(float score, long id) {
    offer(score, id, 0);
  }

  /// Takes part in the ranking, with a number to be remembered.
  public void offer(float score, long id, int tag) {
    float orderedScore = metric.orderedScore(score);
    if (orderedScore < min) {
      return;
    }
    if (size < k) {
      if (size == ids.length) {
        int room = (int) Math.min(k, 2L * size);
        orderedScores = Arrays.copyOf(orderedScores, room);
        ids = Arrays.copyOf(ids, room);
        tags = Arrays.copyOf(tags, room);
      }
      set(size, orderedScore, id, tag);
      rise(size++);
      gains++;
    } else if (above(orderedScore, id, orderedScores[0], ids[0])) {
      gains++;
      set(0, orderedScore, id, tag);
      sink();
    }
  }

  /// Returns how many are kept.
  public int size() {
    return size;
  }

  /// Returns how many offers were kept so far, those included that others have taken the place of
  /// since.
  public long gains() {
    return gains;
  }

  /// Returns the remembered numbers of what is kept, in no order.
  public int[] tags() {
    return Arrays.copyOf(tags, size);
  }

  /// Returns what was kept, best first. Empties this object.
  public List<Hit> drain() {
    List<Hit> worstFirst = new ArrayList<>(size);
    while (size > 0) {
      worstFirst.add(new Hit(ids[0], metric.orderedScore(orderedScores[0])));
      size--;
      set(0, orderedScores[size], ids[size], tags[size]);
      sink();
    }
    Collections.reverse(worstFirst);
    return Collections.unmodifiableList(worstFirst);
  }

  private static boolean above(float orderedScore, long id, float otherScore, long otherId) {
    return orderedScore > otherScore || (orderedScore == otherScore && id < otherId);
  }

  private void rise(int from) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) / 2;
      if (!above(orderedScores[parent], ids[parent], orderedScores[at], ids[at])) {
        return;
      }
      swap(at, parent);
      at = parent;
    }
  }

  private void sink() {
    int at = 0;
    while (true) {
      int worst = at;
      for (int child = 2 * at + 1; child <= 2 * at + 2 && child < size; child++) {
        if (above(orderedScores[worst], ids[worst], orderedScores[child], ids[child])) {
          worst = child;
        }
      }
      if (worst == at) {
        return;
      }
      swap(at, worst);
      at = worst;
    }
  }

  private void swap(int a, int b) {
    float orderedScore = orderedScores[a];
    long id = ids[a];
    int tag = tags[a];
    set(a, orderedScores[b], ids[b], tags[b]);
    set(b, orderedScore, id, tag);
  }

  private void set(int at, float orderedScore, long id, int tag) {
    orderedScores[at] = orderedScore;
    ids[at] = id;
    tags[at] = tag;
  }
}
