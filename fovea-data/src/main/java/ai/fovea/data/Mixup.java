package ai.fovea.data;

import ai.fovea.graph.NDArray;
import java.util.random.RandomGenerator;

/// Mixup (Zhang et al. 2018): each image becomes `λ x + (1 - λ) y` of itself and another of the batch, with one `λ` of
/// Beta(alpha, alpha) a batch; labels become the same mixture. `MixupOperator` of configurations.
///
/// @param classes how many classes there are
/// @param alpha greater than 0
public record Mixup(int classes, double alpha) implements BatchTransform {
  /// Checks the range.
  public Mixup {
    if (!(alpha > 0)) {
      throw new IllegalArgumentException("alpha must be greater than 0, is " + alpha);
    }
  }

  @Override
  public Batch apply(Batch batch, RandomGenerator random) {
    int[] partners = Mixing.permutation(batch.size(), random);
    return mix(batch, partners, Mixing.beta(alpha, random));
  }

  /// Mixes with these draws.
  ///
  /// @param partners for each sample, which one it is mixed with
  /// @param share of the sample itself, 0 to 1
  public Batch mix(Batch batch, int[] partners, double share) {
    NDArray images = batch.get(Batch.IMAGE);
    float[] own = Mixing.copy(images);
    float[] mixed = new float[own.length];
    int each = own.length / batch.size();
    for (int i = 0; i < batch.size(); i++) {
      int from = partners[i] * each;
      for (int k = 0, at = i * each; k < each; k++, at++) {
        mixed[at] = (float) (share * own[at] + (1 - share) * own[from + k]);
      }
    }
    return batch
        .with(Batch.IMAGE, NDArray.of(mixed, images.shape().sizes()))
        .with(Batch.LABEL, Mixing.labels(batch.get(Batch.LABEL), partners, share, classes));
  }

  @Override
  public boolean mixesLabels() {
    return true;
  }
}
