package ai.fovea.gallery.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.GalleryScores.QueryScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GalleryScoresTest {

  /// Labels with more images than are looked at first, beside one that is alone: the scores are
  /// those of a plain comparison of all.
  @Test
  void scoresAreThoseOfAllImages() {
    Random random = new Random(6);
    try (LocalGallery gallery = LocalGallery.inMemory(new GallerySettings("m", 4, Similarity.L2))) {
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
        QueryScores asked = scores.asked().get(i);
        assertThat(-asked.near().getFirst().orderedScore()).isEqualTo(nearest(all, i, false)[0]);
        double[] mates = nearest(all, i, true);
        double expected =
            GenuineScores.of(DoubleStream.of(mates).map(d -> -d).toArray(), 0).outsideSeries();
        assertThat(asked.within()).isCloseTo(expected, within(1e-4 * Math.abs(expected)));
        assertThat(-asked.within()).isGreaterThan(mates[0]);
      }
      assertThat(Double.isNaN(scores.asked().get(699).within())).isTrue();
    }
  }

  /// What is expected comes about for images taken on other days, of labels with one look or two
  /// (front and back, no more alike than two products), whose images were taken in series.
  @ParameterizedTest
  @CsvSource({"2,3,0.7", "2,4,0.7", "1,4,0.7", "1,4,1.2", "1,3,1.2"})
  void asManyImagesOfOtherDaysAreRejectedAsExpected(int looks, int days, float differs) {
    int labels = 20;
    Random random = new Random(8);
    float[][] centres = new float[looks * labels][];
    Arrays.setAll(centres, i -> gaussian(random, 1));
    try (LocalGallery gallery =
        LocalGallery.inMemory(new GallerySettings("m", 64, Similarity.COSINE))) {
      List<NewEntry> all = new ArrayList<>();
      for (int look = 0; look < centres.length; look++) {
        for (int day = 0; day < days; day++) {
          float[] there = sum(centres[look], gaussian(random, differs));
          for (int i = 0; i < 4; i++) {
            all.add(NewEntry.of("label " + look / looks, sum(there, gaussian(random, 0.15f))));
          }
        }
      }
      gallery.addAll(all);
      CalibrationSettings settings = CalibrationSettings.balanced().withPerLabel(false);
      Calibration calibration = GalleryScores.measure(gallery, settings).calibration(settings);
      int rejected = 0;
      for (int i = 0; i < 1000; i++) {
        float[] image =
            sum(
                sum(centres[i % centres.length], gaussian(random, differs)),
                gaussian(random, 0.15f));
        rejected += gallery.search(image, 1).getFirst().score() < calibration.threshold() ? 1 : 0;
      }
      Rate expected = calibration.falseRejectRate().orElseThrow();
      // Too many are expected rather than too few: a series may be taken for more than it is.
      assertThat(rejected / 1000.0).isBetween(expected.low() - 0.2, expected.high() + 0.03);
    }
  }

  private static float[] sum(float[] a, float[] b) {
    float[] sum = a.clone();
    for (int d = 0; d < sum.length; d++) {
      sum[d] += b[d];
    }
    return sum;
  }

  private static float[] gaussian(Random random, float deviation) {
    float[] vector = new float[64];
    for (int d = 0; d < 64; d++) {
      vector[d] = deviation * (float) random.nextGaussian();
    }
    return vector;
  }

  /// Ascending squared distances to the images of the same label, or of others.
  private static double[] nearest(List<NewEntry> all, int of, boolean same) {
    return IntStream.range(0, all.size())
        .filter(i -> i != of && all.get(i).label().equals(all.get(of).label()) == same)
        .mapToDouble(i -> {
          float sum = 0;
          for (int d = 0; d < 4; d++) {
            float difference = all.get(i).vector()[d] - all.get(of).vector()[d];
            sum += difference * difference;
          }
          return sum;
        })
        .sorted()
        .toArray();
  }

  /// The same image under two labels is named and counts for neither, under each way of comparing.
  @ParameterizedTest
  @EnumSource(Similarity.class)
  void theSameImageUnderTwoLabelsIsAConflict(Similarity similarity) {
    Random random = new Random(3);
    try (LocalGallery gallery = LocalGallery.inMemory(new GallerySettings("m", 8, similarity))) {
      List<NewEntry> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        float[] vector = new float[8];
        for (int d = 0; d < 8; d++) {
          vector[d] = (float) random.nextGaussian() + (d == i % 4 ? 8 : 0);
        }
        all.add(NewEntry.of("label " + i % 4, vector));
      }
      all.add(NewEntry.of("again", all.get(6).vector()));
      gallery.addAll(all);
      GalleryScores scores = GalleryScores.measure(gallery, CalibrationSettings.balanced());
      assertThat(scores.conflicts())
          .singleElement()
          .satisfies(c -> {
            assertThat(c.first().id()).isEqualTo(6);
            assertThat(c.second().id()).isEqualTo(40);
            assertThat(c.second().label()).isEqualTo("again");
          });
      // Neither asks, and neither is what another resembles.
      for (int i : new int[] {6, 40}) {
        assertThat(scores.asked().get(i).near()).isEmpty();
        assertThat(scores.asked().get(i).within()).isNaN();
      }
      int again = scores.labels().indexOf("again");
      for (QueryScores asked : scores.asked()) {
        assertThat(asked.near()).noneMatch(n -> n.label() == again);
      }
    }
  }

  /// Of a large gallery only some images are asked, but all conflicts are named.
  @Test
  void whoeverWaitsIsToldHowFarItIs() {
    try (LocalGallery gallery =
        LocalGallery.inMemory(new GallerySettings("m", 2, Similarity.COSINE))) {
      for (int i = 0; i < 300; i++) {
        gallery.add(NewEntry.of("label " + i % 3, new float[] {i, 1}));
      }
      var settings = CalibrationSettings.balanced().withNegatives(List.of(new float[] {-1, -1}));
      Set<Integer> told = ConcurrentHashMap.newKeySet();
      GalleryScores.measure(gallery, settings, told::add);
      assertThat(told).hasSizeGreaterThan(2).contains(301).allMatch(n -> n <= 301);
    }
  }

  @Test
  void conflictsAmongImagesThatAreNotAskedAreFound() {
    Random random = new Random(5);
    try (LocalGallery gallery =
        LocalGallery.inMemory(new GallerySettings("m", 4, Similarity.COSINE))) {
      List<NewEntry> all = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        float[] vector = new float[4];
        for (int d = 0; d < 4; d++) {
          vector[d] = (float) random.nextGaussian();
        }
        all.add(NewEntry.of("label " + i % 3, vector));
      }
      for (int of : new int[] {1, 1, 13}) {
        all.add(NewEntry.of("again " + all.size(), all.get(of).vector()));
      }
      gallery.addAll(all);
      GalleryScores scores =
          GalleryScores.measure(gallery, CalibrationSettings.balanced().withImages(10));
      assertThat(scores.asked()).hasSizeLessThanOrEqualTo(10);
      assertThat(scores.conflicts())
          .extracting(c -> c.first().id() + "-" + c.second().id())
          .containsExactly("1-60", "1-61", "13-62");
    }
  }

  @Test
  void whereEachImageHasTwoLabelsThatIsTheReason() {
    try (LocalGallery gallery = LocalGallery.inMemory(new GallerySettings("m", 2, Similarity.L2))) {
      for (int i = 0; i < 6; i++) {
        gallery.add(NewEntry.of(i % 2 == 0 ? "mug" : "cup", new float[] {i / 2, 1}));
      }
      GalleryScores scores = GalleryScores.measure(gallery, CalibrationSettings.balanced());
      assertThat(scores.isMeasurable()).isFalse();
      assertThatThrownBy(() -> scores.calibration(CalibrationSettings.balanced()))
          .isInstanceOf(GalleryException.class)
          .hasMessageContaining("3 images have several labels")
          .hasMessageContaining("leave each image one label")
          .hasMessageNotContaining("fewer than two labels");
    }
  }

  @Test
  void copiesUnderOneLabelSayNothing() {
    try (LocalGallery gallery =
        LocalGallery.inMemory(new GallerySettings("m", 2, Similarity.COSINE))) {
      for (int i = 0; i < 5; i++) {
        gallery.add(NewEntry.of("copies", new float[] {1, 0}));
      }
      gallery.add(NewEntry.of("other", new float[] {0, 1}));
      assertThat(GalleryScores.measure(gallery, CalibrationSettings.balanced()).within()).isEmpty();
      gallery.add(NewEntry.of("copies", new float[] {1, 0.5f}));
      assertThat(GalleryScores.measure(gallery, CalibrationSettings.balanced()).within())
          .hasSize(6)
          .doesNotContain(1f);
    }
  }
}
