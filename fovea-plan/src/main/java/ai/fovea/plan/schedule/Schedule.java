package ai.fovea.plan.schedule;

import java.util.Map;

/// The learning rate as a function of progress. All but [ReduceOnPlateau] are pure functions and may be shared.
public interface Schedule {
  /// The rate that is used for update `step`.
  ///
  /// @param step how many updates of the parameters came before; how many epochs, where [#byEpoch]
  double at(long step);

  /// PaddlePaddle's name of the schedule, which the log line shows; `LinearWarmup` where it begins with a warm-up.
  String name();

  /// Whether [#at] counts epochs instead of updates.
  default boolean byEpoch() {
    return false;
  }

  /// Tells the metric of an evaluation; only schedules that react to it do anything. Call it once an evaluation.
  ///
  /// @param step as in [#at]: the first step that has not been made yet
  default void observe(long step, double metric) {}

  /// Returns what the schedule remembers, by Paddle's names; empty for one that is a function of the step alone.
  default Map<String, Double> state() {
    return Map.of();
  }

  /// Goes on from what [#state] returned. An empty map, as of checkpoints that do not hold it, changes nothing.
  default void restore(Map<String, Double> state) {}
}
