package ai.fovea.plan.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.config.Config;
import org.junit.jupiter.api.Test;

class SchedulesTest {
  private static Schedule schedule(String yaml) {
    return Schedules.of(Config.parse(yaml, "t"), 6, 7);
  }

  @Test
  void warmUpThenCosine() {
    Schedule s = schedule("{name: Cosine, learning_rate: 0.1, warmup_epoch: 2}");
    assertThat(s.name()).isEqualTo("LinearWarmup");
    assertThat(s.at(0)).isZero();
    assertThat(s.at(7)).isEqualTo(0.05);
    assertThat(s.at(14)).isEqualTo(0.1);
    assertThat(s.at(28)).isCloseTo(0.05, within(1e-12));
    assertThat(s.at(42)).isCloseTo(0, within(1e-12));
  }

  @Test
  void fractionsOfAnEpochWarmUpEverySchedule() {
    Schedule s = schedule("{name: Linear, learning_rate: 0.1, warmup_epoch: 1.5}");
    assertThat(s.at(5)).isLessThan(0.1).isGreaterThan(0);
    assertThat(s.at(42)).isCloseTo(0, within(2e-3));
  }

  @Test
  void byEpochLinearWarmsUpOverEpochs() {
    Schedule s =
        schedule(
            "{name: Linear, learning_rate: 0.1, warmup_epoch: 2, by_epoch: True, end_lr: 0.02}");
    assertThat(s.byEpoch()).isTrue();
    assertThat(s.at(1)).isEqualTo(0.05);
    assertThat(s.at(2)).isEqualTo(0.1);
    assertThat(s.at(6)).isCloseTo(0.02, within(1e-12));
  }

  @Test
  void plateauSeesTheMetricBehindAWarmUp() {
    Schedule s =
        schedule(
            "{name: ReduceOnPlateau, learning_rate: 0.1, mode: max, factor: 0.5, patience: 0,"
                + " by_epoch: True, warmup_epoch: 1}");
    for (int epoch = 0; epoch < 4; epoch++) {
      s.observe(epoch + 1, 0.3);
    }
    assertThat(s.at(4)).isEqualTo(0.1 * 0.125);
  }

  @Test
  void plateauContinuesFromItsState() {
    var settings = new ReduceOnPlateau.Settings(1, false, 0.5, 0, 0, true, 0, 0, 1e-8);
    var first = new ReduceOnPlateau(settings);
    first.observe(1, 3);
    first.observe(2, 3);
    var second = new ReduceOnPlateau(settings);
    second.restore(first.state());
    first.observe(3, 4);
    second.observe(3, 4);
    assertThat(second.state()).isEqualTo(first.state());
    assertThat(second.at(3)).isEqualTo(0.25);
  }

  @Test
  void mistakesAreCollected() {
    assertThatThrownBy(() -> schedule("{name: Step, gamma: x}"))
        .hasMessageContaining("gamma: expected a number")
        .hasMessageContaining("learning_rate: missing")
        .hasMessageContaining("step_size: missing");
    assertThatThrownBy(() -> schedule("{name: Sinus, learning_rate: 1}"))
        .hasMessageContaining("'Sinus'");
  }
}
