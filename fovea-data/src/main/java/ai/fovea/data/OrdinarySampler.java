package ai.fovea.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Every sample once an epoch, in order or shuffled, divided among ranks (PaddlePaddle's DistributedBatchSampler; with
/// one rank its BatchSampler).
///
/// The order is lengthened to a multiple of the ranks by samples from its beginning. Chunks of `batchSize * ranks` are
/// then cut into one batch a rank; what remains at the end is divided equally.
///
/// @param size how many samples there are
/// @param batchSize samples a batch and rank
/// @param shuffle whether each epoch has an order of its own
/// @param dropLast whether an incomplete last batch is left out
/// @param ranks how many processes train together
/// @param rank this process, from 0
/// @param seed of the orders, the same in all ranks
public record OrdinarySampler(
    int size, int batchSize, boolean shuffle, boolean dropLast, int ranks, int rank, long seed)
    implements BatchSampler {
  public OrdinarySampler {
    if (size < 1 || batchSize < 1 || ranks < 1 || rank < 0 || rank >= ranks) {
      throw new IllegalArgumentException(
          "expected samples, a batch size and 0 <= rank < ranks; got "
              + size
              + " samples, batch size "
              + batchSize
              + ", rank "
              + rank
              + " of "
              + ranks);
    }
  }

  /// For one process.
  public OrdinarySampler(int size, int batchSize, boolean shuffle, boolean dropLast, long seed) {
    this(size, batchSize, shuffle, dropLast, 1, 0, seed);
  }

  @Override
  public int batches() {
    int mine = Math.ceilDiv(size, ranks);
    return dropLast ? mine / batchSize : Math.ceilDiv(mine, batchSize);
  }

  @Override
  public List<int[]> epoch(int epoch) {
    int[] order = IntStream.range(0, size).toArray();
    if (shuffle) {
      Draw.shuffle(order, Draw.random(seed, epoch, 0));
    }
    int total = Math.ceilDiv(size, ranks) * ranks;
    int[] padded = new int[total];
    for (int i = 0; i < total; i++) {
      padded[i] = order[i % size];
    }
    List<int[]> batches = new ArrayList<>();
    int chunk = batchSize * ranks;
    int whole = total / chunk * chunk;
    for (int start = rank * batchSize; start < whole; start += chunk) {
      batches.add(Arrays.copyOfRange(padded, start, start + batchSize));
    }
    int rest = (total - whole) / ranks;
    if (rest > 0 && !dropLast) {
      batches.add(Arrays.copyOfRange(padded, whole + rank * rest, whole + (rank + 1) * rest));
    }
    return batches;
  }
}
