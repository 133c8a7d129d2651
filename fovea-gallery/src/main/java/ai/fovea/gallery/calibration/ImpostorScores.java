package ai.fovea.gallery.calibration;

import ai.fovea.gallery.calibration.GalleryScores.NearestLabel;
import ai.fovea.gallery.calibration.GalleryScores.QueryScores;
import ai.fovea.gallery.calibration.Rate.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/// What an image gets from labels that are not its own.
final class ImpostorScores {
  private ImpostorScores() {}

  /// Returns the greatest ordered score less the label's offset.
  static double of(QueryScores asked, double[] offsets) {
    return of(asked, offsets, _ -> false);
  }

  /// Returns the same with some more labels left out. Where all labels that were looked at are, the
  /// ordered score of the nearest image behind them, which is no less than the right one.
  static double of(QueryScores asked, double[] offsets, IntPredicate leftOut) {
    double best = Double.NEGATIVE_INFINITY;
    for (NearestLabel near : asked.near()) {
      if (!leftOut.test(near.label())) {
        best = Math.max(best, near.orderedScore() - offsets[near.label()]);
      }
    }
    return best == Double.NEGATIVE_INFINITY ? asked.rest() : best;
  }

  /// Returns the label with the greatest ordered score less offset.
  static int nearest(QueryScores asked, double[] offsets) {
    NearestLabel best = asked.near().getFirst();
    for (NearestLabel near : asked.near()) {
      if (near.orderedScore() - offsets[near.label()]
          > best.orderedScore() - offsets[best.label()]) {
        best = near;
      }
    }
    return best.label();
  }

  /// Returns how many were counted, label by label; each negative is a label of its own.
  static List<Part> parts(List<QueryScores> all, IntPredicate counted, int labels) {
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
