package ai.fovea.index;

/// How two vectors are compared, and which of two scores is the better one.
public enum Metric {
  /// Inner product `Σ aᵢbᵢ`; a greater score is better. Over vectors of length one it is the
  /// cosine.
  INNER_PRODUCT(true),

  /// Squared Euclidean distance `Σ (aᵢ-bᵢ)²`, without the root (as Faiss reports it); a smaller
  /// score is better.
  L2(false);

  private final boolean greaterIsBetter;

  Metric(boolean greaterIsBetter) {
    this.greaterIsBetter = greaterIsBetter;
  }

  /// True where a greater score means more alike.
  public boolean greaterIsBetter() {
    return greaterIsBetter;
  }

  /// True where score `a` is strictly better than score `b`.
  public boolean better(float a, float b) {
    return greaterIsBetter ? a > b : a < b;
  }

  /// Returns a value that orders scores of either metric alike: greater means better.
  public float orderedScore(float score) {
    return greaterIsBetter ? score : -score;
  }
}
