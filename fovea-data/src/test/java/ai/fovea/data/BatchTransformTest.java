package ai.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.graph.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTransformTest {
  private static final int CLASSES = 3;

  /// Four images of 2 channels and 4 x 6 pixels, the values of image `i` from `100 i`.
  private static Batch batch(long... labels) {
    float[] values = new float[labels.length * 2 * 4 * 6];
    for (int i = 0; i < values.length; i++) {
      values[i] = 100 * (i / 48) + i % 48;
    }
    var tensors = new LinkedHashMap<String, NDArray>();
    tensors.put(Batch.IMAGE, NDArray.of(values, labels.length, 2, 4, 6));
    tensors.put(Batch.LABEL, NDArray.of(labels, labels.length, 1));
    return Batch.of(tensors);
  }

  private static List<BatchTransform> read(String yaml) {
    Config config = Config.parse(yaml, "test.yaml");
    List<BatchTransform> all = BatchTransforms.read(config, "batch_transform_ops", CLASSES);
    config.check();
    return all;
  }

  @Test
  void mixupIsTheSameMixtureOfImagesAndLabels() {
    Batch mixed = new Mixup(CLASSES, 1).mix(batch(0, 1, 2, 2), new int[] {1, 0, 3, 2}, 0.75);
    float[] images = mixed.get(Batch.IMAGE).floats();
    assertThat(images[5]).isCloseTo(0.75f * 5 + 0.25f * 105, within(1e-4f));
    assertThat(images[48 + 7]).isCloseTo(0.75f * 107 + 0.25f * 7, within(1e-4f));
    assertThat(mixed.get(Batch.LABEL).floats())
        .containsExactly(0.75f, 0.25f, 0, 0.25f, 0.75f, 0, 0, 0, 1, 0, 0, 1);
    assertThat(mixed.hasSoftLabels()).isTrue();
    assertThat(batch(0).hasSoftLabels()).isFalse();
  }

  @Test
  void cutmixWeighsLabelsByTheAreaThatIsReallyReplaced() {
    // A box of half the height and width at the upper left corner: a quarter of it lies inside.
    Batch mixed = new Cutmix(CLASSES, 1).mix(batch(0, 1), new int[] {1, 0}, 0.75, 0, 0);
    float[] images = mixed.get(Batch.IMAGE).floats();
    assertThat(images[0]).isEqualTo(100);
    assertThat(images[1]).isEqualTo(1);
    assertThat(images[6]).isEqualTo(6);
    assertThat(mixed.get(Batch.LABEL).floats()[0]).isCloseTo(1 - 1f / 24, within(1e-6f));
    Batch whole = new Cutmix(CLASSES, 1).mix(batch(0, 1), new int[] {1, 0}, 0, 2, 3);
    assertThat(whole.get(Batch.IMAGE).floats()[0]).isEqualTo(100);
    assertThat(whole.get(Batch.LABEL).floats()[1]).isEqualTo(1);
  }

  /// Mean 1/2 and variance `1 / (4 (2 α + 1))`.
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 1, 3})
  void shareIsOfABetaDistribution(double alpha) {
    var random = new SplittableRandom(5);
    int n = 40_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double x = Mixing.beta(alpha, random);
      assertThat(x).isBetween(0.0, 1.0);
      sum += x;
      squares += x * x;
    }
    double mean = sum / n;
    assertThat(mean).isCloseTo(0.5, within(0.01));
    assertThat(squares / n - mean * mean).isCloseTo(1 / (4 * (2 * alpha + 1)), within(0.005));
  }

  @Test
  void oneOfDrawsByProbabilityAndAlwaysYieldsDistributions() {
    BatchTransform one =
        read("batch_transform_ops: [{OpSampler: {MixupOperator: {alpha: 0.2, prob: 0.5},"
                + " CutmixOperator: {alpha: 0.2, prob: 0.3}}}]")
            .getFirst();
    assertThat(one.mixesLabels()).isTrue();
    var random = new SplittableRandom(7);
    int same = 0;
    for (int i = 0; i < 5_000; i++) {
      Batch batch = batch(0, 1, 2, 2);
      Batch out = one.apply(batch, random);
      assertThat(out.hasSoftLabels()).isTrue();
      same += out.get(Batch.IMAGE) == batch.get(Batch.IMAGE) ? 1 : 0;
    }
    assertThat(same / 5_000.0).isCloseTo(0.2, within(0.02));
  }

  @Test
  void mistakesAreToldTogether() {
    assertThatThrownBy(() ->
            read(
                """
                batch_transform_ops:
                  - MixupOperator: {alpha: 0, alhpa: 1}
                  - OpSampler: {MixupOperator: {prob: 0.7}, CutmixOperator: {prob: 0.6}}
                  - FmixOperator: {alpha: 1}
                """))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(String.join("\n", e.problems()))
                    .contains("alpha: expected more than 0")
                    .contains("sum up to 1.2999")
                    .contains("there is no batch transform 'FmixOperator'"));
    assertThatThrownBy(() -> new Mixup(2, 1).mix(batch(0, 2), new int[] {1, 0}, 0.5))
        .hasMessageContaining("label 2 can't be mixed: there are 2 classes");
  }

  @Test
  void tensorsOfABatchAreOfOneSize() {
    assertThatThrownBy(() ->
            Batch.of(
                Map.of(
                    "image", NDArray.of(new float[4], 2, 2), "label", NDArray.of(new long[3], 3))))
        .hasMessageContaining("same number of samples");
    assertThatThrownBy(() -> batch(1, 2).get("boxes"))
        .hasMessageContaining("no tensor 'boxes', it has [image, label]");
    var closed = new boolean[1];
    Batch.of(Map.of("image", NDArray.of(new float[2], 2)), () -> closed[0] = true)
        .with("label", NDArray.of(new long[2], 2, 1))
        .close();
    assertThat(closed).containsExactly(true);
  }
}
