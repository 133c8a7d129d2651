package ai.fovea.index.eval;

import java.util.List;
import java.util.OptionalInt;

/// What is computed, and how.
///
/// @param recallAt the `k` of each recall@k
/// @param precisionAt the `k` of each precision@k
/// @param excluded what becomes of gallery images that a query does not count
/// @param blockSize empty: means over all queries. A number: means over blocks of so many queries,
///     then over the blocks by their size, as PaddleClas computes them (64 there); that differs
///     where some queries have no match, whose share then depends on the block that they fall into
public record RetrievalSettings(
    List<Integer> recallAt, List<Integer> precisionAt, Excluded excluded, OptionalInt blockSize) {

  /// What becomes of images with the label and the camera of the query.
  public enum Excluded {
    /// They stay in the ranking with similarity 0, as misses: PaddleClas' way, and the default.
    SCORE_ZERO,
    /// They leave the ranking: the usual protocol of re-identification.
    LEAVE
  }

  /// recall@1 and @5, precision@1, means over all queries.
  public static final RetrievalSettings DEFAULT =
      new RetrievalSettings(List.of(1, 5), List.of(1), Excluded.SCORE_ZERO, OptionalInt.empty());

  /// Checks the values.
  public RetrievalSettings {
    recallAt = List.copyOf(recallAt);
    precisionAt = List.copyOf(precisionAt);
    for (int k : recallAt) {
      checkPositive("recall@k", k);
    }
    for (int k : precisionAt) {
      checkPositive("precision@k", k);
    }
    blockSize.ifPresent(size -> checkPositive("block size", size));
  }

  private static void checkPositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + ": " + value + ", expected 1 or greater");
    }
  }
}
