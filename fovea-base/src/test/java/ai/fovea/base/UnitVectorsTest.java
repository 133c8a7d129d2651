package ai.fovea.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class UnitVectorsTest {
  @Test
  void vectorsAreDividedByTheirLength() {
    float[] vector = {3, 0, -4};
    assertThat(UnitVectors.normalized(vector)).containsExactly(0.6f, 0, -0.8f);
    assertThat(vector).containsExactly(3, 0, -4);
    assertThat(UnitVectors.normalize(vector)).isEqualTo(5);
    assertThat(vector).containsExactly(0.6f, 0, -0.8f);
  }

  /// Squares of floats do not fit into floats.
  @Test
  void lengthsAreThoseOfAllFloats() {
    float[] large = {Float.MAX_VALUE, Float.MAX_VALUE};
    float[] small = {Float.MIN_VALUE, 0};
    assertThat(UnitVectors.normalized(large)[0]).isCloseTo(0.70710677f, within(1e-7f));
    assertThat(UnitVectors.normalized(small)).containsExactly(1, 0);
  }

  @Test
  void whatHasNoDirectionStaysAsItIs() {
    float[] zeros = {0, 0};
    assertThat(UnitVectors.normalize(zeros)).isZero();
    assertThat(zeros).containsExactly(0, 0);
    assertThat(UnitVectors.normalize(new float[0])).isZero();
    assertThat(UnitVectors.normalize(new float[] {Float.NaN, 1})).isNaN();
  }
}
