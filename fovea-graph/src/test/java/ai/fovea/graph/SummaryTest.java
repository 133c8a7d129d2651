package ai.fovea.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.graph.Op.Pads;
import ai.fovea.graph.Op.Size;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void countsParametersOnceAndMultiplyAddsByHand() {
    Scope root = Scope.root();
    Value x = root.input("image", Shape.batch(4, 8, 6), DType.FLOAT32);
    Scope conv = root.child("conv");
    Param kernel = conv.param("weight", Shape.of(10, 2, 3, 3), Init.ONES);
    var op = new Contraction.Conv(Size.of(2), Pads.of(1), Size.of(1), 2);
    Value y = conv.apply(op, List.of(x), List.of(kernel)); // [N, 10, 4, 3]
    y = root.apply(new Movement.Reshape(Shape.batch(120)), y);
    Scope fc = root.child("fc");
    Param weight = fc.param("weight", Shape.of(120, 5), Init.ONES);
    Value z = fc.apply(new Contraction.Linear(), List.of(y), List.of(weight)); // [N, 5]
    Value twice = fc.apply(new Contraction.Linear(), List.of(y), List.of(weight)); // [N, 5]

    Summary summary = Summary.of(root.graph(Map.of("z", z, "twice", twice)));

    assertThat(summary.parameters()).isEqualTo(10 * 2 * 9 + 120 * 5);
    assertThat(summary.macs()).isEqualTo(10 * 4 * 3 * 2 * 9 + 2 * 120 * 5);
    assertThat(summary.convolutionMacs()).isEqualTo(summary.macs());
    assertThat(summary.table())
        .contains("conv", "[N, 10, 4, 3]", "2,160", "total", "780")
        .doesNotContain("Reshape");
  }
}
