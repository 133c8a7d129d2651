package ai.fovea.train.loss;

import ai.fovea.torch.Tensor;
import java.util.Locale;

/// What becomes of the losses of the rows.
public enum Reduction {
  MEAN,
  SUM,
  NONE;

  /// `mean`, `sum` or `none`.
  ///
  /// @throws IllegalArgumentException for another word
  public static Reduction of(String word) {
    for (Reduction r : values()) {
      if (r.name().toLowerCase(Locale.ROOT).equals(word)) {
        return r;
      }
    }
    throw new IllegalArgumentException("must be mean, sum or none, not '" + word + "'");
  }

  Tensor of(Tensor rows) {
    return switch (this) {
      case MEAN -> rows.mean();
      case SUM -> rows.sum();
      case NONE -> rows;
    };
  }
}
