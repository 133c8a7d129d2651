package ai.fovea.gallery.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.decision.DecisionPolicy;
import ai.fovea.gallery.eval.Answer.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvaluationTest {

  private static LocalGallery line() {
    LocalGallery gallery = LocalGallery.inMemory(new GallerySettings("m", 1, Similarity.L2));
    gallery.add(NewEntry.of("zero", new float[] {0}).withSource("0.jpg"));
    gallery.add(NewEntry.of("zero", new float[] {1}));
    gallery.add(NewEntry.of("ten", new float[] {10}));
    gallery.setCalibration(Calibration.given(4));
    return gallery;
  }

  @Test
  void everyKindOfAnswerIsCounted() {
    try (LocalGallery gallery = line()) {
      List<NewEntry> queries =
          List.of(
              NewEntry.of("zero", new float[] {0.4f}),
              NewEntry.of("zero", new float[] {9}).withSource("odd.jpg"),
              NewEntry.of("ten", new float[] {6}),
              NewEntry.of("seven", new float[] {7}),
              NewEntry.of("seven", new float[] {11}));
      Evaluation e = Evaluation.of(gallery, queries, DecisionPolicy.DEFAULT);
      assertThat(e.answers())
          .extracting(Answer::kind)
          .containsExactly(
              Kind.RIGHT, Kind.WRONG_LABEL, Kind.FALSE_REJECT, Kind.RIGHT, Kind.FALSE_ACCEPT);
      assertThat(e.known()).isEqualTo(3);
      assertThat(e.unknown()).isEqualTo(2);
      assertThat(e.right().value()).isCloseTo(1 / 3.0, within(1e-9));
      assertThat(e.falseAccepts().value()).isEqualTo(0.5);
      assertThat(e.recall().get(1).value()).isCloseTo(2 / 3.0, within(1e-9));
      assertThat(e.recall().get(5).value()).isEqualTo(1);
      // Ranks 1, 2; 2, 3; 1.
      assertThat(e.meanAveragePrecision().orElseThrow())
          .isCloseTo((1 + (1 / 2.0 + 2 / 3.0) / 2 + 1) / 3, within(1e-9));
      assertThat(e.labels())
          .extracting(LabelFigures::label)
          .containsExactly("seven", "ten", "zero");
      assertThat(e.labels().get(1)).isEqualTo(new LabelFigures("ten", true, 1, 1, 0, 1, 0, 2, 1));
      assertThat(e.labels().get(0).known()).isFalse();
      List<Evaluation.Confusion> confusions = e.confusions();
      assertThat(confusions).hasSize(2);
      assertThat(confusions).extracting(Evaluation.Confusion::answered).containsOnly("ten");
    }
  }

  @Test
  void aQueryDoesNotFindItself() {
    try (LocalGallery gallery = line()) {
      List<NewEntry> self = List.of(NewEntry.of("zero", new float[] {0}).withSource("0.jpg"));
      Evaluation e = Evaluation.of(gallery, self, DecisionPolicy.DEFAULT);
      assertThat(e.answers().getFirst().nearest().orElseThrow().score()).isEqualTo(1f);
      assertThat(e.meanAveragePrecision().orElseThrow()).isEqualTo(1);
    }
  }

  /// It can't be found, so it is nothing that a recall could be measured with.
  @Test
  void theOnlyImageOfALabelIsUnknownWithoutItself() {
    try (LocalGallery gallery = line()) {
      gallery.add(NewEntry.of("alone", new float[] {100}).withSource("alone.jpg"));
      List<NewEntry> queries =
          List.of(
              NewEntry.of("zero", new float[] {0}).withSource("0.jpg"),
              NewEntry.of("alone", new float[] {100}).withSource("alone.jpg"),
              NewEntry.of("alone", new float[] {101}).withSource("another.jpg"),
              NewEntry.of("seven", new float[] {70}));
      Evaluation e = Evaluation.of(gallery, queries, DecisionPolicy.DEFAULT);
      assertThat(e.known()).isEqualTo(2);
      assertThat(e.unknown()).isEqualTo(2);
      assertThat(e.alone()).isEqualTo(1);
      assertThat(e.recall().get(1).value()).isEqualTo(1);
      assertThat(e.meanAveragePrecision().orElseThrow()).isEqualTo(1);
      assertThat(e.answers().get(1).kind()).isEqualTo(Kind.RIGHT);
    }
  }

  @Test
  void nothingAskedNothingTold() {
    try (LocalGallery gallery = line()) {
      Evaluation e = Evaluation.of(gallery, List.of(), DecisionPolicy.DEFAULT);
      assertThat(e.right().scores()).isZero();
      assertThat(e.meanAveragePrecision()).isEmpty();
      assertThat(e.confusions()).isEmpty();
    }
  }

  @Test
  void labelsLeftOutShowWhatACalibrationIsWorth() {
    Random random = new Random(8);
    try (LocalGallery gallery =
        LocalGallery.inMemory(new GallerySettings("m", 8, Similarity.COSINE))) {
      List<NewEntry> queries = new ArrayList<>();
      for (int label = 0; label < 40; label++) {
        float[] centre = near(random, new float[8], 1);
        for (int i = 0; i < 6; i++) {
          gallery.add(NewEntry.of("l" + label, near(random, centre, 0.2)));
          queries.add(NewEntry.of("l" + label, near(random, centre, 0.2)));
        }
      }
      List<HeldOut.Row> rows = HeldOut.evaluate(gallery, queries, List.of(0.1), 10, 3);
      // The equal error rate and the wanted one, one threshold and one per label, one voter and
      // five.
      assertThat(rows).hasSize(8);
      assertThat(rows).isEqualTo(HeldOut.evaluate(gallery, queries, List.of(0.1), 10, 3));
      assertThat(rows).allSatisfy(row -> assertThat(row.falseAccepts()).isBetween(0.02, 0.17));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> HeldOut.evaluate(gallery, queries, List.of(0.1), 0, 3));
    }
  }

  private static float[] near(Random random, float[] centre, double deviation) {
    float[] vector = centre.clone();
    for (int d = 0; d < vector.length; d++) {
      vector[d] += (float) (deviation * random.nextGaussian());
    }
    return vector;
  }
}
