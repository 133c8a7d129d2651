package ai.fovea.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ResultTest {
  @Test
  void theMedianOfTheRoundsCountsAndTheWarmUpDoesNot() throws Exception {
    var clock = new AtomicLong();
    var runs = new AtomicInteger();
    // Rounds of 5, 4, 3, 2 and 1 seconds after two of 10.
    long[] lengths = {10, 10, 5, 4, 3, 2, 1};
    double seconds =
        Result.seconds(
            5,
            20,
            clock::get,
            () -> {
              clock.addAndGet(lengths[runs.getAndIncrement()] * 1_000_000_000L);
            });
    assertThat(seconds).isEqualTo(3);
    assertThat(runs).hasValue(7);
  }

  @Test
  void aLineHasTheFieldsOfThePeers() {
    var result = new Result("train", "throughput", 12.345678, "images/s", 2, Map.of("batch", 8));
    assertThat(result.toJson())
        .isEqualTo(
            """
            {"peer":"fovea","work":"train","metric":"throughput","value":12.3457,\
            "unit":"images/s","threads":2,"settings":{"batch":8}}\
            """);
  }

  @Test
  void aNumberThatIsNotFiniteIsNeitherATextNorAFigure() {
    var settings = Map.of("recall", Double.NaN, "batch", 8);
    assertThat(new Result("train", "loss", Double.NaN, "", 2, settings).toJson())
        .contains("\"value\":null", "\"recall\":null", "\"batch\":8")
        .doesNotContain("NaN");
  }

  @Test
  void wrongOptionsAreNamed() {
    assertThatThrownBy(() -> Arguments.of(List.of("--batsh", "3"), "batch"))
        .hasMessageContaining("--batsh");
    assertThatThrownBy(() -> Arguments.of(List.of("--batch"), "batch"))
        .hasMessageContaining("needs a value");
    assertThatThrownBy(() -> Arguments.of(List.of("--batch", "0"), "batch").integer("batch", 1))
        .hasMessageContaining("from 1 on");
    assertThat(Arguments.of(List.of("a", "--batch", "1,32"), "batch").integers("batch", "8"))
        .containsExactly(1, 32);
  }
}
