package ai.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiniteWeightsTest {
  @Test
  void namesTheTensorsAndCountsTheValues() {
    var tensors = new LinkedHashMap<String, NDArray>();
    tensors.put("good", NDArray.of(new float[] {0, -3.4e38f}, 2));
    tensors.put("count", NDArray.of(new long[] {1}, 1));
    tensors.put("conv.weight", NDArray.of(new float[] {1, Float.NaN, Float.NaN, 2}, 4));
    tensors.put("half", NDArray.of(DType.FLOAT16, new short[] {0x7C00, 0}, 2));
    assertThatThrownBy(() -> FiniteWeights.require("w.pdparams", tensors))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith(
            "w.pdparams: not finite: conv.weight holds NaN (2 of 4 values), half holds infinity"
                + " (1 of 2 values)");
  }

  @Test
  void finiteTensorsPass() {
    FiniteWeights.require("w", Map.of("a", NDArray.of(new float[] {Float.MIN_VALUE, 0}, 2)));
    assertThat(FiniteWeights.problem(NDArray.of(new double[] {1e300, Double.NaN}, 2))).isPresent();
  }
}
