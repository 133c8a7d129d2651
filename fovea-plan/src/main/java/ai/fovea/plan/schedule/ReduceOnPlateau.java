package ai.fovea.plan.schedule;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/// Lowers the rate when the metric has not improved for some evaluations. The only schedule with a memory: its
/// [State] belongs into checkpoints. Not thread-safe.
public final class ReduceOnPlateau implements Schedule {
  private static final String RATE = "last_lr";
  private static final String BEST = "best";
  private static final String BAD = "num_bad_epochs";
  private static final String COOLING = "cooldown_counter";

  private final Settings settings;
  private State state;

  /// When to lower, and by how much.
  ///
  /// @param rate at the beginning
  /// @param larger whether a larger metric is better
  /// @param factor multiplies the rate, below 1
  /// @param patience evaluations without improvement that are tolerated
  /// @param threshold what counts as improvement
  /// @param relative whether the threshold is a fraction of the best value, else a difference
  /// @param cooldown evaluations after a change in which nothing is judged
  /// @param least the rate is never lower
  /// @param leastChange the rate stays where it would change by less
  public record Settings(
      double rate,
      boolean larger,
      double factor,
      int patience,
      double threshold,
      boolean relative,
      int cooldown,
      double least,
      double leastChange) {
    public Settings {
      if (!(factor > 0 && factor < 1)) {
        throw new IllegalArgumentException("factor must be between 0 and 1, got " + factor);
      }
    }
  }

  /// The memory.
  ///
  /// @param rate now
  /// @param best metric so far
  /// @param bad evaluations since the last improvement
  /// @param cooling evaluations until judging goes on
  private record State(double rate, OptionalDouble best, int bad, int cooling) {}

  /// Starts with nothing observed.
  public ReduceOnPlateau(Settings settings) {
    this.settings = settings;
    this.state = new State(settings.rate(), OptionalDouble.empty(), 0, 0);
  }

  @Override
  public Map<String, Double> state() {
    var all = new LinkedHashMap<String, Double>();
    all.put(RATE, state.rate());
    state.best().ifPresent(best -> all.put(BEST, best));
    all.put(BAD, (double) state.bad());
    all.put(COOLING, (double) state.cooling());
    return all;
  }

  @Override
  public void restore(Map<String, Double> stored) {
    Double rate = stored.get(RATE);
    if (rate == null) {
      return;
    }
    Double best = stored.get(BEST);
    state =
        new State(
            rate,
            best == null ? OptionalDouble.empty() : OptionalDouble.of(best),
            stored.getOrDefault(BAD, 0.0).intValue(),
            stored.getOrDefault(COOLING, 0.0).intValue());
  }

  @Override
  public double at(long step) {
    return state.rate();
  }

  @Override
  public String name() {
    return "ReduceOnPlateau";
  }

  @Override
  public boolean byEpoch() {
    return true;
  }

  @Override
  public void observe(long step, double metric) {
    if (state.cooling() > 0) {
      state = new State(state.rate(), state.best(), state.bad(), state.cooling() - 1);
    } else if (state.best().isEmpty() || better(metric, state.best().getAsDouble())) {
      state = new State(state.rate(), OptionalDouble.of(metric), 0, 0);
    } else if (state.bad() + 1 > settings.patience()) {
      double lower = Math.max(state.rate() * settings.factor(), settings.least());
      double rate = state.rate() - lower > settings.leastChange() ? lower : state.rate();
      state = new State(rate, state.best(), 0, settings.cooldown());
    } else {
      state = new State(state.rate(), state.best(), state.bad() + 1, 0);
    }
  }

  private boolean better(double metric, double best) {
    double margin = settings.relative() ? best * settings.threshold() : settings.threshold();
    return settings.larger() ? metric > best + margin : metric < best - margin;
  }
}
