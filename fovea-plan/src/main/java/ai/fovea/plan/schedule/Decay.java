package ai.fovea.plan.schedule;

import java.util.function.LongToDoubleFunction;

/// A schedule given by its formula.
///
/// @param name PaddlePaddle's
/// @param byEpoch whether steps are epochs
/// @param formula rate at each step
record Decay(String name, boolean byEpoch, LongToDoubleFunction formula) implements Schedule {
  @Override
  public double at(long step) {
    return formula.applyAsDouble(step);
  }
}
