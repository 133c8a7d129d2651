package ai.fovea.gallery.calibration;

import java.util.Arrays;

/// What an image gets from its own label: the best ordered score among the label's other images,
/// those of its own series left out.
///
/// Images of one product are often taken one after the other. The neighbours of a query within its
/// series say little about the next query, which comes from another series: with them a calibration
/// expects far fewer rejections than there will be (observations of one cluster are not
/// independent; leave-one-group-out, Stone 1974, asks for whole clusters to be left out). Which
/// images are of a series is not recorded, so that it is read off the ordered scores
/// `m₁ ≥ m₂ ≥ … ≥ mₙ` of the label's others:
///
/// 1. Of four or more others, those before the widest gap `mₖ - mₖ₊₁` among the nearer half are
///    left out, at least the nearest one. By chance the gaps of a tail with independent members
///    shrink as 1/k (Rényi 1953), so that the first one is the widest unless there is a series; in
///    short lists a later gap has to be 25/n times as wide as those before it.
/// 2. Of two or three, those before the widest relative gap `(self - mₖ₊₁) / (self - mₖ)` are left
///    out where that is 3 or more.
/// 3. A single other one counts as it is: nothing tells whether it is of the same series.
///
/// A label may also have several looks, such as front and back, and then all images of one look may
/// be taken for a series. What is left resembles the image no more than other labels do, and tells
/// nothing of the next query, which shows one of the looks. A look differs from a series by its
/// images: they vary, by at least three tenths of the gap behind them. Whether what is left
/// resembles the image shows only when the other labels are known, so that both ordered scores are
/// kept ([GalleryScores] says which counts).
///
/// The constants were tried on photographs of 74 products taken on different days
/// (`docs/results.md`).
///
/// @param outsideSeries the best ordered score among the others but for the image's series; NaN
///     where the label has no other image
/// @param insideLook the same among those of the series alone, taken for a label of their own; NaN
///     where they are no look
record GenuineScores(double outsideSeries, double insideLook) {
  private static final int FEW = 4;
  private static final double CAUTION = 25;
  private static final double RELATIVE_GAP = 3;
  private static final double VARIED = 0.3;

  /// Of the ordered scores of the label's other images, in any order; without copies of the same
  /// image.
  ///
  /// @param self the ordered score of the image with itself
  static GenuineScores of(double[] others, double self) {
    double[] ascending = Arrays.stream(others).sorted().toArray();
    int n = ascending.length;
    if (n == 0) {
      return new GenuineScores(Double.NaN, Double.NaN);
    }
    double[] orderedScores = new double[n];
    for (int i = 0; i < n; i++) {
      orderedScores[i] = ascending[n - 1 - i];
    }
    int series = leftOut(orderedScores, self);
    return new GenuineScores(
        orderedScores[series],
        insideLook(Arrays.copyOf(orderedScores, series), self, orderedScores[series]));
  }

  private static double insideLook(double[] look, double self, double next) {
    if (look.length < 2) {
      return Double.NaN;
    }
    double nearest = look[0];
    double farthest = look[look.length - 1];
    return nearest - farthest >= VARIED * (farthest - next)
        ? look[leftOut(look, self)]
        : Double.NaN;
  }

  private static int leftOut(double[] orderedScores, double self) {
    return orderedScores.length < 2
        ? 0
        : orderedScores.length < FEW ? seriesOfFew(orderedScores, self) : series(orderedScores);
  }

  /// Returns how many of the nearest are left out.
  private static int series(double[] orderedScores) {
    int half = (orderedScores.length + 1) / 2;
    double needed = Math.max(1, CAUTION / orderedScores.length);
    int series = 1;
    double widest = orderedScores[0] - orderedScores[1];
    for (int k = 2; k <= half; k++) {
      double gap = orderedScores[k - 1] - orderedScores[k];
      if (gap > needed * widest) {
        series = k;
      }
      widest = Math.max(widest, gap);
    }
    return series;
  }

  private static int seriesOfFew(double[] orderedScores, double self) {
    int series = 0;
    double widest = RELATIVE_GAP;
    for (int k = 1; k < orderedScores.length; k++) {
      double near = self - orderedScores[k - 1];
      double far = self - orderedScores[k];
      if (near >= 0 && far >= widest * near) {
        series = k;
        widest = near == 0 ? Double.POSITIVE_INFINITY : far / near;
      }
    }
    return series;
  }
}
