package ai.fovea.train.loss;

import ai.fovea.torch.Tensor;

/// Which samples of a batch belong together.
final class Pairs {
  private Pairs() {}

  /// `[N, N]`, true where the labels are equal; the diagonal is.
  static Tensor same(Tensor label) {
    int n = label.size(0);
    return label.reshape(n, 1).eq(label.reshape(1, n));
  }
}
