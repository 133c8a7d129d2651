package ai.fovea.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Every sample several times in a row, to be augmented differently each time (RASampler; Hoffer et al., "Augment Your
/// Batch", 2020, as DeiT uses it).
///
/// The repeated order is dealt out to the ranks in turn; an epoch keeps as many as an ordinary one would, rounded down
/// to multiples of 256 over all ranks (all, where there are fewer than 256).
///
/// @param size how many samples there are
/// @param batchSize samples a batch and rank
/// @param repeats how often each sample comes
/// @param shuffle whether each epoch has an order of its own
/// @param dropLast whether an incomplete last batch is left out
/// @param ranks how many processes train together
/// @param rank this process, from 0
/// @param seed of the orders
public record RepeatedSampler(
    int size,
    int batchSize,
    int repeats,
    boolean shuffle,
    boolean dropLast,
    int ranks,
    int rank,
    long seed)
    implements BatchSampler {
  public RepeatedSampler {
    if (size < 1 || batchSize < 1 || repeats < 1 || ranks < 1 || rank < 0 || rank >= ranks) {
      throw new IllegalArgumentException(
          "expected samples, a batch size, repeats and 0 <= rank < ranks; got "
              + size
              + ", "
              + batchSize
              + ", "
              + repeats
              + ", rank "
              + rank
              + " of "
              + ranks);
    }
  }

  @Override
  public int batches() {
    return dropLast ? kept() / batchSize : Math.ceilDiv(kept(), batchSize);
  }

  @Override
  public List<int[]> epoch(int epoch) {
    int[] order = IntStream.range(0, size).toArray();
    if (shuffle) {
      Draw.shuffle(order, Draw.random(seed, epoch, 0));
    }
    int[] mine =
        IntStream.range(0, kept())
            .map(i -> order[(int) (((long) i * ranks + rank) / repeats) % size])
            .toArray();
    List<int[]> batches = new ArrayList<>();
    for (int at = 0; at < mine.length; at += batchSize) {
      int end = Math.min(at + batchSize, mine.length);
      if (end - at == batchSize || !dropLast) {
        batches.add(Arrays.copyOfRange(mine, at, end));
      }
    }
    return batches;
  }

  private int kept() {
    int whole = size < 256 ? size : size / 256 * 256;
    return whole / ranks;
  }
}
