package ai.fovea.cli.gallery;

import ai.fovea.cli.Common;
import ai.fovea.gallery.Similarity;
import java.util.Optional;

/// What scores there are under a similarity: a threshold that none or each reaches is a mistake.
public final class ScoreRange {
  private ScoreRange() {}

  /// Refuses a score that no two images can have.
  ///
  /// @param name what the score was given by
  public static void check(
      Common common, String name, Optional<? extends Number> score, Similarity similarity) {
    if (score.isEmpty()) {
      return;
    }
    double value = score.get().doubleValue();
    boolean possible =
        switch (similarity) {
          case COSINE -> value >= -1 && value <= 1;
          case L2 -> value >= 0 && Float.isFinite((float) value);
          case INNER_PRODUCT -> Float.isFinite((float) value);
        };
    if (!possible) {
      throw common.wrongUsage(
          name
              + " is "
              + score.get()
              + ", must be "
              + switch (similarity) {
                case COSINE -> "-1 to 1 under cosine";
                case L2 -> "0 or more under l2 (a squared distance)";
                case INNER_PRODUCT -> "a finite number";
              });
    }
  }
}
