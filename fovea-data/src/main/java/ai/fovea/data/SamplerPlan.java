package ai.fovea.data;

import java.util.OptionalInt;

/// Which samples are to go into which batch, before the list is known that they come from.
public sealed interface SamplerPlan {
  /// How many samples a batch has.
  int batchSize();

  /// The sampler of a list.
  ///
  /// @param labels of the list, in order
  /// @param seed of all draws
  /// @param ranks how many processes train together
  /// @param rank this process, from 0
  /// @throws IllegalArgumentException if the list is empty or has too few classes
  BatchSampler on(long[] labels, long seed, int ranks, int rank);

  /// A pass over the list, in its order or shuffled.
  ///
  /// @param dropLast whether an incomplete last batch is left out
  record Ordinary(int batchSize, boolean shuffle, boolean dropLast) implements SamplerPlan {
    @Override
    public BatchSampler on(long[] labels, long seed, int ranks, int rank) {
      return new OrdinarySampler(labels.length, batchSize, shuffle, dropLast, ranks, rank, seed);
    }
  }

  /// Some samples of each of some classes.
  record Pk(PkSettings settings) implements SamplerPlan {
    @Override
    public int batchSize() {
      return settings.batchSize();
    }

    @Override
    public BatchSampler on(long[] labels, long seed, int ranks, int rank) {
      return new PkSampler(labels, settings, ranks, rank, seed);
    }
  }

  /// Some samples of each of some classes, every sample once where possible.
  ///
  /// @param samplesPerClass in a batch
  /// @param dropLast whether the number of batches is rounded down
  /// @param maxBatches exact length of an epoch
  record Identity(int batchSize, int samplesPerClass, boolean dropLast, OptionalInt maxBatches)
      implements SamplerPlan {
    @Override
    public BatchSampler on(long[] labels, long seed, int ranks, int rank) {
      return new IdentitySampler(
          labels, batchSize, samplesPerClass, dropLast, maxBatches, ranks, rank, seed);
    }
  }

  /// Every sample several times in a row.
  ///
  /// @param repeats how often
  /// @param dropLast whether an incomplete last batch is left out
  record Repeated(int batchSize, int repeats, boolean shuffle, boolean dropLast)
      implements SamplerPlan {
    @Override
    public BatchSampler on(long[] labels, long seed, int ranks, int rank) {
      return new RepeatedSampler(
          labels.length, batchSize, repeats, shuffle, dropLast, ranks, rank, seed);
    }
  }
}
