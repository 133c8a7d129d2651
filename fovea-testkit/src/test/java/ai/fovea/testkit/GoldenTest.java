package ai.fovea.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GoldenTest {
  @Test
  void generatorGivesTheCheckValuesOfTheGoldens() {
    assertThat(Golden.seed("conv1.conv.weight")).isEqualTo(0x7630f278fa953344L);
    long input = Golden.seed("input");
    assertThat(Golden.u(input, 0)).isEqualTo(0.09781831502914429);
    assertThat(Golden.u(input, 3)).isEqualTo(0.2744446396827698);
    assertThat(Golden.u(Golden.seed("abc"), 2)).isBetween(0.009036235, 0.009036245);
  }
}
