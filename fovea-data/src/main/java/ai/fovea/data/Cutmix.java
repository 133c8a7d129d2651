package ai.fovea.data;

import ai.fovea.graph.NDArray;
import java.util.random.RandomGenerator;

/// CutMix (Yun et al. 2019): one box of each image is replaced by the same box of another of the batch; labels are mixed by
/// area. `CutmixOperator` of configurations.
///
/// @param classes how many classes there are
/// @param alpha of Beta(alpha, alpha), which draws the share of the image that stays; greater than 0
public record Cutmix(int classes, double alpha) implements BatchTransform {
  /// Checks the range.
  public Cutmix {
    if (!(alpha > 0)) {
      throw new IllegalArgumentException("alpha must be greater than 0, is " + alpha);
    }
  }

  @Override
  public Batch apply(Batch batch, RandomGenerator random) {
    var shape = batch.get(Batch.IMAGE).shape();
    int[] partners = Mixing.permutation(batch.size(), random);
    double share = Mixing.beta(alpha, random);
    return mix(
        batch, partners, share, random.nextInt(shape.size(2)), random.nextInt(shape.size(3)));
  }

  /// Mixes with these draws.
  ///
  /// @param partners for each sample, which one its box comes from
  /// @param share of the image that is to stay, 0 to 1; what stays may be more, since the box is cut at the borders
  /// @param centerY row of the box's centre
  /// @param centerX column of the box's centre
  public Batch mix(Batch batch, int[] partners, double share, int centerY, int centerX) {
    NDArray images = batch.get(Batch.IMAGE);
    int channels = images.shape().size(1);
    int h = images.shape().size(2);
    int w = images.shape().size(3);
    int top = low(h, share, centerY);
    int bottom = high(h, share, centerY);
    int left = low(w, share, centerX);
    int right = high(w, share, centerX);
    float[] own = Mixing.copy(images);
    float[] mixed = own.clone();
    for (int i = 0; i < batch.size(); i++) {
      for (int c = 0; c < channels; c++) {
        for (int y = top; y < bottom; y++) {
          int from = ((partners[i] * channels + c) * h + y) * w + left;
          System.arraycopy(own, from, mixed, ((i * channels + c) * h + y) * w + left, right - left);
        }
      }
    }
    double stays = 1 - (double) (bottom - top) * (right - left) / (h * w);
    return batch
        .with(Batch.IMAGE, NDArray.of(mixed, images.shape().sizes()))
        .with(Batch.LABEL, Mixing.labels(batch.get(Batch.LABEL), partners, stays, classes));
  }

  private static int low(int size, double share, int center) {
    return Math.clamp(center - cut(size, share) / 2, 0, size);
  }

  private static int high(int size, double share, int center) {
    return Math.clamp(center + cut(size, share) / 2, 0, size);
  }

  private static int cut(int size, double share) {
    return (int) (size * Math.sqrt(1 - share));
  }

  @Override
  public boolean mixesLabels() {
    return true;
  }
}
