package ai.fovea.plan.schedule;

import ai.fovea.config.Config;
import ai.fovea.config.Names;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongToDoubleFunction;

/// Schedules by the names that configurations use.
///
/// Where the reference has a fault, this does what the setting says: a warm-up of a fraction of an epoch works for every
/// schedule, `Linear` with `by_epoch` warms up over epochs, and `ReduceOnPlateau` sees the metric behind a warm-up.
public final class Schedules {
  private static final List<String> SUPPORTED =
      List.of(
          "ConstLR",
          "Constant",
          "Linear",
          "Cosine",
          "Step",
          "Piecewise",
          "MultiStepDecay",
          "CosineFixmatch",
          "OneCycleLR",
          "Cyclic",
          "ReduceOnPlateau");

  private final Config lr;
  private final int epochs;
  private final int stepsEachEpoch;
  private final boolean byEpoch;

  /// Steps in an epoch, 1 where steps are epochs.
  private final double scale;

  private Schedules(Config lr, int epochs, int stepsEachEpoch) {
    this.lr = lr;
    this.epochs = epochs;
    this.stepsEachEpoch = stepsEachEpoch;
    this.byEpoch = lr.flag("by_epoch", false);
    this.scale = byEpoch ? 1 : stepsEachEpoch;
  }

  /// The schedule that an `lr` section describes: a name and its settings, or a `learning_rate` alone.
  ///
  /// @param lr section, e.g. `Optimizer.lr`
  /// @param epochs of the whole training
  /// @param stepsEachEpoch updates in an epoch
  /// @throws ai.fovea.config.ConfigException with everything wrong in the section
  public static Schedule of(Config lr, int epochs, int stepsEachEpoch) {
    if (epochs < 1 || stepsEachEpoch < 1) {
      throw new IllegalArgumentException(
          "expected at least one epoch and one step in it, got "
              + epochs
              + " and "
              + stepsEachEpoch);
    }
    return new Schedules(lr, epochs, stepsEachEpoch).build();
  }

  /// A rate that never changes.
  public static Schedule constant(double rate) {
    return new Decay("Constant", false, step -> rate);
  }

  private Schedule build() {
    if (!lr.has("name")) {
      double rate = rate();
      lr.check();
      return new Decay("float", false, step -> rate);
    }
    String name = lr.text("name");
    if (lr.integer("last_epoch", -1) != -1) {
      lr.problem(
          "last_epoch",
          "a training begins at its first step; Global.checkpoints goes on from later");
    }
    return switch (name) {
      case "ConstLR", "Constant" -> warmed(decay("Constant", constantFormula()), rate());
      case "Cosine" -> warmed(decay("CosineAnnealingDecay", cosine()), rate());
      case "Linear" -> warmed(decay("PolynomialDecay", linear()), rate());
      case "Step" -> warmed(decay("StepDecay", step()), rate());
      case "MultiStepDecay" -> warmed(decay("MultiStepDecay", multiStep()), rate());
      case "Piecewise" -> piecewise();
      case "CosineFixmatch" -> checked(decay("LambdaDecay", fixmatch()));
      case "OneCycleLR", "OneCycle" -> oneCycle();
      case "Cyclic", "CyclicLR" -> cyclic();
      case "ReduceOnPlateau" -> plateau();
      default -> {
        lr.problem("name", Names.unknown("schedule", name, SUPPORTED, List.of()));
        yield checked(constant(1));
      }
    };
  }

  private double rate() {
    return lr.number("learning_rate");
  }

  private Schedule decay(String name, LongToDoubleFunction formula) {
    return new Decay(name, byEpoch, formula);
  }

  private Schedule checked(Schedule schedule) {
    lr.check();
    return schedule;
  }

  /// Length of the warm-up in epochs, at most the whole training.
  private double warmUpEpochs() {
    double asked = lr.number("warmup_epoch", 0);
    if (!(asked >= 0)) {
      lr.problem("warmup_epoch", "expected 0 or more, found " + asked);
      return 0;
    }
    return Math.min(asked, epochs);
  }

  private Schedule warmed(Schedule schedule, double end) {
    // half steps are rounded to even, as Python does
    long steps = (long) Math.rint(warmUpEpochs() * scale);
    double start = lr.number("warmup_start_lr", 0);
    lr.check();
    return steps < 1 ? schedule : new LinearWarmup(schedule, steps, start, end);
  }

  private LongToDoubleFunction constantFormula() {
    double rate = rate();
    return t -> rate;
  }

  private LongToDoubleFunction cosine() {
    double rate = rate();
    double least = lr.number("eta_min", 0);
    double length = (epochs - warmUpEpochs()) * scale;
    if (length <= 0) {
      return t -> rate;
    }
    return t -> least + (rate - least) * (1 + Math.cos(Math.PI * Math.min(t / length, 1))) / 2;
  }

  private LongToDoubleFunction linear() {
    double rate = rate();
    double end = lr.number("end_lr", 0);
    double power = lr.number("power", 1);
    boolean cycle = lr.flag("cycle", false);
    double length = (epochs - warmUpEpochs()) * scale;
    if (length <= 0) {
      return t -> rate;
    }
    return t -> {
      double stretched = cycle ? length * Math.max(1, Math.ceil(t / length)) : length;
      return (rate - end) * Math.pow(1 - Math.min((double) t, stretched) / stretched, power) + end;
    };
  }

  private LongToDoubleFunction step() {
    double rate = rate();
    double gamma = lr.number("gamma", 0.1);
    long length = (long) (lr.number("step_size") * scale);
    if (length < 1) {
      lr.problem("step_size", "expected at least one step between two changes");
      return t -> rate;
    }
    return t -> rate * Math.pow(gamma, Math.floor((double) t / length));
  }

  private LongToDoubleFunction multiStep() {
    double rate = rate();
    double gamma = lr.number("gamma", 0.1);
    long[] milestones =
        Arrays.stream(lr.numbers("milestones")).mapToLong(m -> (long) (m * scale)).toArray();
    if (milestones.length == 0) {
      lr.problem("milestones", "expected a list of epochs");
    }
    return t ->
        rate * Math.pow(gamma, (double) Arrays.stream(milestones).filter(m -> m <= t).count());
  }

  private Schedule piecewise() {
    if (lr.has("learning_rate")) {
      // then the boundaries given are not looked at: a tenth every 30 epochs
      double rate = rate();
      double length = 30 * scale;
      return warmed(
          decay("PiecewiseDecay", t -> rate * Math.pow(0.1, Math.floor(t / length))), rate);
    }
    double[] values = lr.numbers("values");
    long[] boundaries =
        Arrays.stream(lr.numbers("decay_epochs")).mapToLong(e -> (long) (e * scale)).toArray();
    if (values.length != boundaries.length + 1) {
      lr.problem(
          "values",
          "expected one more than decay_epochs ("
              + (boundaries.length + 1)
              + "), found "
              + values.length);
      return checked(constant(1));
    }
    return warmed(
        decay(
            "PiecewiseDecay",
            t -> {
              int piece = 0;
              while (piece < boundaries.length && t >= boundaries[piece]) {
                piece++;
              }
              return values[piece];
            }),
        values[0]);
  }

  private LongToDoubleFunction fixmatch() {
    double rate = rate();
    double warmUp = lr.number("num_warmup_steps", 0);
    double cycles = lr.number("num_cycles", 7.0 / 16);
    double total = (double) epochs * stepsEachEpoch;
    return t ->
        t < warmUp
            ? rate * t / Math.max(1, warmUp)
            : rate
                * Math.max(
                    0, Math.cos(Math.PI * cycles * (t - warmUp) / Math.max(1, total - warmUp)));
  }

  private Schedule oneCycle() {
    String strategy = lr.text("anneal_strategy", "cos");
    if (!strategy.equals("cos") && !strategy.equals("linear")) {
      lr.problem("anneal_strategy", "expected cos or linear, found '" + strategy + "'");
    }
    var cycle =
        new OneCycle(
            lr.number("max_learning_rate"),
            lr.number("divide_factor", 25),
            lr.number("end_learning_rate", 1e-10),
            (long) epochs * stepsEachEpoch,
            lr.number("phase_pct", 0.3),
            strategy.equals("cos"),
            lr.flag("three_phase", false));
    return warmed(decay(cycle.name(), cycle::at), cycle.at(0));
  }

  /// Before something that is wrong with another key ends the reading.
  private void askForWarmUp() {
    warmUpEpochs();
    lr.number("warmup_start_lr", 0);
  }

  private Schedule cyclic() {
    askForWarmUp();
    String mode = lr.text("mode", "triangular").toUpperCase(Locale.ROOT);
    boolean known = Arrays.stream(Cyclic.Mode.values()).anyMatch(m -> m.name().equals(mode));
    if (!known) {
      lr.problem("mode", "expected triangular, triangular2 or exp_range");
    }
    long up = lr.optionalLong("step_size_up").orElse(0);
    long down = lr.optionalLong("step_size_down").orElse(up);
    if (up < 1 || down < 1) {
      lr.problem("step_size_up", "expected at least one step up and down");
    }
    double base = lr.number("base_learning_rate");
    double largest = lr.number("max_learning_rate");
    double gamma = lr.number("exp_gamma", 1);
    lr.check();
    var cyclic = new Cyclic(base, largest, up, down, Cyclic.Mode.valueOf(mode), gamma);
    return warmed(decay(cyclic.name(), cyclic::at), base);
  }

  private Schedule plateau() {
    askForWarmUp();
    if (!byEpoch) {
      lr.problem("by_epoch", "ReduceOnPlateau reacts to evaluations, it needs by_epoch: True");
    }
    String mode = lr.text("mode", "min");
    if (!mode.equals("min") && !mode.equals("max")) {
      lr.problem("mode", "expected min or max, found '" + mode + "'");
    }
    String threshold = lr.text("threshold_mode", "rel");
    if (!threshold.equals("rel") && !threshold.equals("abs")) {
      lr.problem("threshold_mode", "expected rel or abs, found '" + threshold + "'");
    }
    double factor = lr.number("factor", 0.1);
    if (!(factor > 0 && factor < 1)) {
      lr.problem("factor", "expected a number between 0 and 1, found " + factor);
    }
    double rate = rate();
    int patience = lr.integer("patience", 10);
    double improvement = lr.number("threshold", 1e-4);
    int cooldown = lr.integer("cooldown", 0);
    double least = lr.number("min_lr", 0);
    double leastChange = lr.number("epsilon", 1e-8);
    lr.check();
    return warmed(
        new ReduceOnPlateau(
            new ReduceOnPlateau.Settings(
                rate,
                mode.equals("max"),
                factor,
                patience,
                improvement,
                threshold.equals("rel"),
                cooldown,
                least,
                leastChange)),
        rate);
  }
}
