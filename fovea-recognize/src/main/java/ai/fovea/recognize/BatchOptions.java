package ai.fovea.recognize;

import java.time.Duration;

/// How a [Batcher] puts images together.
///
/// @param maxBatch images a run at most, at least 1
/// @param maxDelay how long the first image of a batch waits for others
/// @param maxPending images at most that are prepared, wait or run, at least `maxBatch`; more are refused. A call with more images than a batch takes
///     the places of one batch until it ends, since it runs one after the other
public record BatchOptions(int maxBatch, Duration maxDelay, int maxPending) {
  /// 16 images a run, 5 milliseconds, 256 images.
  public static final BatchOptions DEFAULT = new BatchOptions(16, Duration.ofMillis(5), 256);

  /// Checks the ranges.
  public BatchOptions {
    if (maxBatch < 1 || maxDelay.isNegative() || maxPending < maxBatch) {
      throw new IllegalArgumentException(
          "batches of %d, a delay of %s, %d pending: expected 1 or more, 0 or more, at least a batch"
              .formatted(maxBatch, maxDelay, maxPending));
    }
  }
}
