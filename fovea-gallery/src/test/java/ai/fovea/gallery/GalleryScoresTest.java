package ai.fovea.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.gallery.GalleryScores.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GalleryScoresTest {

  /// Labels with more pictures than are looked at first, beside one that is alone: the scores are those of a plain comparison of all.
  @Test
  void scoresAreThoseOfAllPictures() {
    Random random = new Random(6);
    try (Gallery gallery = Gallery.inMemory(new GallerySettings("m", 4, Similarity.L2))) {
      List<NewEntry> all = new ArrayList<>();
      for (int i = 0; i < 700; i++) {
        float shift = i % 2 == 0 ? 0 : 100;
        float[] vector = new float[4];
        for (int d = 0; d < 4; d++) {
          vector[d] = shift + (float) random.nextGaussian();
        }
        all.add(NewEntry.of(i == 699 ? "alone" : i % 2 == 0 ? "near" : "far", vector));
      }
      gallery.addAll(all);
      GalleryScores scores =
          GalleryScores.measure(
              gallery, CalibrationSettings.of(0.1).withNegatives(List.of(new float[4])));
      assertThat(scores.between()).hasSize(700);
      assertThat(scores.within()).hasSize(699);
      assertThat(scores.negatives()).hasSize(1);
      for (int i = 0; i < 700; i += 23) {
        Asked asked = scores.asked().get(i);
        assertThat(-asked.near().getFirst().merit()).isEqualTo(best(all, i, false));
        assertThat(-asked.within()).isEqualTo(best(all, i, true));
      }
      assertThat(Double.isNaN(scores.asked().get(699).within())).isTrue();
    }
  }

  private static double best(List<NewEntry> all, int of, boolean same) {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < all.size(); i++) {
      if (i != of && all.get(i).label().equals(all.get(of).label()) == same) {
        float sum = 0;
        for (int d = 0; d < 4; d++) {
          float difference = all.get(i).vector()[d] - all.get(of).vector()[d];
          sum += difference * difference;
        }
        best = Math.min(best, sum);
      }
    }
    return best;
  }
}
