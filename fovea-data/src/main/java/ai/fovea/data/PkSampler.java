package ai.fovea.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Batches of P classes with K samples each, for losses that compare samples (triplets, margins on pairs).
///
/// In each batch P = batchSize / K distinct classes are drawn by their probabilities, then K samples of each: distinct
/// ones where the class has enough, else with repetition. An epoch has as many batches as an ordinary pass over the
/// list. With several ranks each draws its own.
public final class PkSampler implements BatchSampler {
  private final Classes classes;
  private final double[] probabilities;
  private final PkSettings settings;
  private final int batches;
  private final int rank;
  private final long seed;

  /// @param labels of the list
  /// @param settings batch size, K and the probabilities
  /// @param ranks how many processes train together
  /// @param rank this process, from 0
  /// @param seed of all draws
  /// @throws IllegalArgumentException where there are fewer classes than a batch needs
  public PkSampler(long[] labels, PkSettings settings, int ranks, int rank, long seed) {
    this.classes = Classes.of(labels);
    this.settings = settings;
    this.rank = rank;
    this.seed = seed;
    this.batches =
        new OrdinarySampler(
                labels.length, settings.batchSize(), false, settings.dropLast(), ranks, rank, seed)
            .batches();
    this.probabilities = probabilities(labels.length);
    long usable = Arrays.stream(probabilities).filter(p -> p > 0).count();
    if (usable < settings.classesPerBatch()) {
      throw new IllegalArgumentException(
          "a batch of "
              + settings.batchSize()
              + " with "
              + settings.samplesPerClass()
              + " samples a class needs "
              + settings.classesPerBatch()
              + " classes, the list has "
              + usable);
    }
  }

  @Override
  public int batches() {
    return batches;
  }

  @Override
  public List<int[]> epoch(int epoch) {
    SplittableRandom random = Draw.random(seed, epoch, rank);
    List<int[]> drawn = new ArrayList<>(batches);
    int k = settings.samplesPerClass();
    for (int b = 0; b < batches; b++) {
      int[] batch = new int[settings.batchSize()];
      int at = 0;
      for (int c : Draw.weighted(probabilities, settings.classesPerBatch(), random)) {
        System.arraycopy(Draw.some(classes.members().get(c), k, random), 0, batch, at, k);
        at += k;
      }
      drawn.add(batch);
    }
    return drawn;
  }

  /// The classes, in the order of [#probabilities].
  public long[] labels() {
    return classes.labels().clone();
  }

  /// The probability of each class to be the first one drawn, in the order of first appearance in the list.
  public double[] probabilities() {
    return probabilities.clone();
  }

  private double[] probabilities(int samples) {
    double[] p = new double[classes.count()];
    for (int c = 0; c < p.length; c++) {
      p[c] =
          settings.bySampleCount()
              ? classes.members().get(c).length / (double) samples
              : 1.0 / p.length;
    }
    for (PkSettings.Boost boost : settings.boosts()) {
      for (int c = boost.first(); c <= Math.min(boost.last(), p.length - 1); c++) {
        p[c] *= boost.factor();
      }
    }
    double sum = Arrays.stream(p).sum();
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
  }
}
