package ai.fovea.gallery.calibration;

import ai.fovea.gallery.calibration.GalleryScores.Asked;
import ai.fovea.gallery.calibration.GalleryScores.Near;
import ai.fovea.gallery.calibration.Rate.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/// What a picture gets from labels that are not its own.
final class ImpostorScores {
  private ImpostorScores() {}

  /// The greatest merit less the label's offset.
  static double of(Asked asked, double[] offsets) {
    return of(asked, offsets, _ -> false);
  }

  /// The same with some more labels left out. Where all labels that were looked at are, the merit of the nearest picture behind them,
  /// which is no less than the right one.
  static double of(Asked asked, double[] offsets, IntPredicate leftOut) {
    double best = Double.NEGATIVE_INFINITY;
    for (Near near : asked.near()) {
      if (!leftOut.test(near.label())) {
        best = Math.max(best, near.merit() - offsets[near.label()]);
      }
    }
    return best == Double.NEGATIVE_INFINITY ? asked.rest() : best;
  }

  /// The label with the greatest merit less offset.
  static int nearest(Asked asked, double[] offsets) {
    Near best = asked.near().getFirst();
    for (Near near : asked.near()) {
      if (near.merit() - offsets[near.label()] > best.merit() - offsets[best.label()]) {
        best = near;
      }
    }
    return best.label();
  }

  /// How many were counted, label by label; each negative is a label of its own.
  static List<Part> parts(List<Asked> all, IntPredicate counted, int labels) {
    int[] of = new int[labels];
    int[] hits = new int[labels];
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      int label = all.get(i).label();
      int hit = counted.test(i) ? 1 : 0;
      if (label == GalleryScores.NO_LABEL) {
        parts.add(new Part(hit, 1));
      } else {
        of[label]++;
        hits[label] += hit;
      }
    }
    for (int l = 0; l < labels; l++) {
      if (of[l] > 0) {
        parts.add(new Part(hits[l], of[l]));
      }
    }
    return parts;
  }
}
