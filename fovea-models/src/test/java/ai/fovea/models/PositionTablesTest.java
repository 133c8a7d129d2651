package ai.fovea.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PositionTablesTest {
  private static final Map<String, String> VIT = Map.of("name", "ViT_small_patch16_224");

  /// A table whose first channel is the row, its second the column, its third constant.
  private static NDArray ramp(int side) {
    float[] values = new float[(1 + side * side) * 768];
    values[0] = 42;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int at = (1 + y * side + x) * 768;
        values[at] = y;
        values[at + 1] = x;
        values[at + 2] = 7;
      }
    }
    return NDArray.of(values, 1, 1 + side * side, 768);
  }

  @Test
  void aLargerImageGetsAResizedTableAndTheOldClassToken() {
    Graph graph = Models.build(VIT, Size.of(384));
    NDArray other = NDArray.of(new float[] {1}, 1);
    var adapted = PositionTables.adapt(Map.of("pos_embed", ramp(14), "norm.weight", other), graph);
    NDArray table = adapted.weights().get("pos_embed");
    assertThat(adapted.weights()).containsEntry("norm.weight", other);
    assertThat(adapted.notes())
        .containsExactly("pos_embed: resized bicubically from 14x14 to 24x24");
    assertThat(table).isNotNull();
    if (table != null) {
      assertThat(table.shape()).isEqualTo(Shape.of(1, 577, 768));
      float[] values = table.floats();
      assertThat(values[0]).isEqualTo(42);
      // Far from the edges a ramp stays a ramp: the centre of square i is at (i + 0.5) 14 / 24 -
      // 0.5.
      int at = (1 + 10 * 24 + 13) * 768;
      assertThat(values[at]).isCloseTo((float) (10.5 * 14 / 24 - 0.5), within(0.06f));
      assertThat(values[at + 1]).isCloseTo((float) (13.5 * 14 / 24 - 0.5), within(0.06f));
      assertThat(values[at + 2]).isCloseTo(7f, within(1e-5f));
    }
  }

  @Test
  void weightsOfTheSameSizeAreLeftAlone() {
    Graph graph = Models.build(VIT, Size.of(224));
    var weights = Map.of("pos_embed", ramp(14));
    var adapted = PositionTables.adapt(weights, graph);
    assertThat(adapted.weights()).isEqualTo(weights);
    assertThat(adapted.notes()).isEmpty();
  }
}
