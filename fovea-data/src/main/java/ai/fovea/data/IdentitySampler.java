package ai.fovea.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/// Batches of P identities with K samples each, in which every sample of an epoch is used once where possible
/// (DistributedRandomIdentitySampler).
///
/// The samples of a class are shuffled and cut into groups of K; a class with fewer is filled up by repetition, what
/// remains of the others is left out. Each batch takes a group from each of P distinct classes, and the epoch ends
/// when fewer than P classes have one left: it may be shorter than [#batches]. With `maxBatches` an epoch has exactly
/// that many: classes are drawn in proportion to the groups they have left, and all groups are made anew when fewer than
/// P classes have one.
///
/// Ranks share the draws and take turns, so that all have the same number of batches.
public final class IdentitySampler implements BatchSampler {
  private final Classes classes;
  private final int perBatch;
  private final int k;
  private final boolean dropLast;
  private final OptionalInt maxBatches;
  private final int ranks;
  private final int rank;
  private final long seed;

  /// @param labels of the list
  /// @param batchSize P times K
  /// @param samplesPerClass K
  /// @param dropLast whether [#batches] is rounded down
  /// @param maxBatches exact length of an epoch
  /// @param ranks how many processes train together
  /// @param rank this process, from 0
  /// @param seed of all draws
  public IdentitySampler(
      long[] labels,
      int batchSize,
      int samplesPerClass,
      boolean dropLast,
      OptionalInt maxBatches,
      int ranks,
      int rank,
      long seed) {
    if (samplesPerClass < 1 || batchSize % samplesPerClass != 0) {
      throw new IllegalArgumentException(
          "the batch size "
              + batchSize
              + " must be a multiple of the samples a class ("
              + samplesPerClass
              + ")");
    }
    this.classes = Classes.of(labels);
    this.k = samplesPerClass;
    this.perBatch = batchSize / samplesPerClass;
    if (classes.count() < perBatch) {
      throw new IllegalArgumentException(
          "a batch of "
              + batchSize
              + " with "
              + k
              + " samples a class needs "
              + perBatch
              + " classes, the list has "
              + classes.count());
    }
    this.dropLast = dropLast;
    this.maxBatches = maxBatches;
    this.ranks = ranks;
    this.rank = rank;
    this.seed = seed;
  }

  @Override
  public int batches() {
    if (maxBatches.isPresent()) {
      return maxBatches.getAsInt();
    }
    int mine = usedSamples() / ranks;
    return dropLast ? mine / (perBatch * k) : Math.ceilDiv(mine, perBatch * k);
  }

  /// How many samples the groups of an epoch hold.
  public int usedSamples() {
    return classes.members().stream().mapToInt(m -> Math.max(m.length, k) / k * k).sum();
  }

  @Override
  public List<int[]> epoch(int epoch) {
    SplittableRandom random = Draw.random(seed, epoch, 0);
    List<int[]> drawn = new ArrayList<>();
    List<Deque<int[]>> groups = groups(random);
    int wanted = maxBatches.isPresent() ? maxBatches.getAsInt() * ranks : Integer.MAX_VALUE;
    while (drawn.size() < wanted) {
      double[] weights =
          groups.stream()
              .mapToDouble(g -> maxBatches.isPresent() ? g.size() : g.isEmpty() ? 0 : 1)
              .toArray();
      if (Arrays.stream(weights).filter(w -> w > 0).count() < perBatch) {
        if (maxBatches.isEmpty()) {
          break;
        }
        groups = groups(random);
        continue;
      }
      int[] batch = new int[perBatch * k];
      int at = 0;
      for (int c : Draw.weighted(weights, perBatch, random)) {
        System.arraycopy(groups.get(c).removeFirst(), 0, batch, at, k);
        at += k;
      }
      drawn.add(batch);
    }
    List<int[]> mine = new ArrayList<>();
    for (int i = 0; i < drawn.size() / ranks; i++) {
      mine.add(drawn.get(i * ranks + rank));
    }
    return mine;
  }

  private List<Deque<int[]>> groups(SplittableRandom random) {
    List<Deque<int[]>> groups = new ArrayList<>();
    for (int[] members : classes.members()) {
      int[] order = Draw.some(members, Math.max(members.length, k), random);
      Deque<int[]> own = new ArrayDeque<>();
      for (int at = 0; at + k <= order.length; at += k) {
        own.add(Arrays.copyOfRange(order, at, at + k));
      }
      groups.add(own);
    }
    return groups;
  }
}
