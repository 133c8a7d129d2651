package ai.fovea.plan.schedule;

import java.util.Map;

/// A rate that rises in a straight line, followed by another schedule that starts at its own step 0 (Goyal et al.,
/// "Accurate, Large Minibatch SGD", 2017).
///
/// @param after what follows
/// @param steps length of the warm-up, at least 1
/// @param start rate at step 0
/// @param end rate at step `steps`, were the warm-up to go on
public record LinearWarmup(Schedule after, long steps, double start, double end)
    implements Schedule {
  public LinearWarmup {
    if (steps < 1) {
      throw new IllegalArgumentException("a warm-up has at least one step, got " + steps);
    }
  }

  @Override
  public double at(long step) {
    return step < steps ? start + (end - start) * ((double) step / steps) : after.at(step - steps);
  }

  @Override
  public String name() {
    return "LinearWarmup";
  }

  @Override
  public boolean byEpoch() {
    return after.byEpoch();
  }

  @Override
  public void observe(long step, double metric) {
    if (step >= steps) {
      after.observe(step - steps, metric);
    }
  }

  @Override
  public Map<String, Double> state() {
    return after.state();
  }

  @Override
  public void restore(Map<String, Double> state) {
    after.restore(state);
  }
}
