package ai.fovea.plan.schedule;

import ai.fovea.config.Config;
import ai.fovea.config.Names;
import ai.fovea.config.Range;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

  private static final String WARM_UP = "warmup_epoch";

  /// Learning rates; configurations of the reference hold 0, too.
  private static final Range RATES = Range.atLeast(0);

  /// What makes a rate smaller.
  private static final Range FACTORS = Range.inside(0, 1);

  /// Numbers that schedules of every name may have.
  private static final List<String> COMMON =
      List.of("learning_rate", WARM_UP, "warmup_start_lr", "eta_min", "end_lr", "min_lr");

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
    Optional<Schedule> known = named(name);
    if (known.isPresent()) {
      lr.check();
      return known.get();
    }
    if (!name.isEmpty()) { // that it is no text is told already
      lr.problem("name", Names.unknown("schedule", name, SUPPORTED, List.of()));
    }
    // What can be told of the others does not depend on the name, or on the one that is meant.
    if (Names.meant(name, SUPPORTED).flatMap(this::named).isEmpty()) {
      COMMON.stream().filter(lr::has).forEach(key -> lr.number(key, RATES));
      lr.leaveRest();
    }
    lr.check();
    throw new IllegalStateException("check() throws");
  }

  private Optional<Schedule> named(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "ConstLR", "Constant" -> warmed(decay("Constant", constantFormula()), rate());
          case "Cosine" -> warmed(decay("CosineAnnealingDecay", cosine()), rate());
          case "Linear" -> warmed(decay("PolynomialDecay", linear()), rate());
          case "Step" -> warmed(decay("StepDecay", step()), rate());
          case "MultiStepDecay" -> warmed(decay("MultiStepDecay", multiStep()), rate());
          case "Piecewise" -> piecewise();
          case "CosineFixmatch" -> decay("LambdaDecay", fixmatch());
          case "OneCycleLR", "OneCycle" -> oneCycle();
          case "Cyclic", "CyclicLR" -> cyclic();
          case "ReduceOnPlateau" -> plateau();
          default -> null;
        });
  }

  private double rate() {
    return lr.number("learning_rate", RATES);
  }

  private Schedule decay(String name, LongToDoubleFunction formula) {
    return new Decay(name, byEpoch, formula);
  }

  /// What becomes of a warm-up that is as long as the training or longer; empty where there is none such. The reference tells it, too.
  ///
  /// @param lr section, e.g. `Optimizer.lr`
  /// @param epochs of the whole training
  public static Optional<String> note(Config lr, int epochs) {
    Config apart = lr.apart();
    double asked = apart.number(WARM_UP, 0, Range.atLeast(0));
    if (asked <= 0 || asked < epochs) {
      return Optional.empty();
    }
    String key = (lr.path().isEmpty() ? "" : lr.path() + ".") + WARM_UP;
    return Optional.of(
        key
            + (asked > epochs
                ? ": %s is more than Global.epochs: the warm-up is cut to %d, all of the training"
                    .formatted(Range.shown(asked), epochs)
                : ": the warm-up lasts all of the training, which has Global.epochs=" + epochs)
            + ", and the learning rate is never reached");
  }

  /// Length of the warm-up in epochs, at most the whole training.
  private double warmUpEpochs() {
    return Math.min(lr.number(WARM_UP, 0, Range.atLeast(0)), epochs);
  }

  private Schedule warmed(Schedule schedule, double end) {
    // half steps are rounded to even, as Python does
    long steps = (long) Math.rint(warmUpEpochs() * scale);
    double start = lr.number("warmup_start_lr", 0, RATES);
    return steps < 1 ? schedule : new LinearWarmup(schedule, steps, start, end);
  }

  private LongToDoubleFunction constantFormula() {
    double rate = rate();
    return t -> rate;
  }

  private LongToDoubleFunction cosine() {
    double rate = rate();
    double least = lr.number("eta_min", 0, RATES);
    double length = (epochs - warmUpEpochs()) * scale;
    if (length <= 0) {
      return t -> rate;
    }
    return t -> least + (rate - least) * (1 + Math.cos(Math.PI * Math.min(t / length, 1))) / 2;
  }

  private LongToDoubleFunction linear() {
    double rate = rate();
    double end = lr.number("end_lr", 0, RATES);
    double power = lr.number("power", 1, Range.above(0));
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
    double gamma = lr.number("gamma", 0.1, FACTORS);
    double asked = lr.number("step_size", Range.above(0));
    long length = (long) (asked * scale);
    if (length < 1) {
      lr.problem("step_size", "expected at least one step between two changes");
      return t -> rate;
    }
    return t -> rate * Math.pow(gamma, Math.floor((double) t / length));
  }

  private LongToDoubleFunction multiStep() {
    double rate = rate();
    double gamma = lr.number("gamma", 0.1, FACTORS);
    long[] milestones = ascending("milestones");
    if (milestones.length == 0) {
      lr.problem("milestones", "expected a list of epochs");
    }
    return t ->
        rate * Math.pow(gamma, (double) Arrays.stream(milestones).filter(m -> m <= t).count());
  }

  /// The steps at which the epochs of a list begin, each later than the one before.
  private long[] ascending(String key) {
    double[] asked = lr.numbers(key, Range.atLeast(0));
    for (int i = 1; i < asked.length; i++) {
      if (asked[i] <= asked[i - 1]) {
        lr.problem(
            key,
            "expected epochs in ascending order, found %s after %s"
                .formatted(Range.shown(asked[i]), Range.shown(asked[i - 1])));
        break;
      }
    }
    return Arrays.stream(asked).mapToLong(e -> (long) (e * scale)).toArray();
  }

  private Schedule piecewise() {
    if (lr.has("learning_rate")) {
      // then the boundaries given are not looked at: a tenth every 30 epochs
      double rate = rate();
      double length = 30 * scale;
      return warmed(
          decay("PiecewiseDecay", t -> rate * Math.pow(0.1, Math.floor(t / length))), rate);
    }
    double[] values = lr.numbers("values", RATES);
    long[] boundaries = ascending("decay_epochs");
    if (values.length != boundaries.length + 1) {
      lr.problem(
          "values",
          "expected one more than decay_epochs ("
              + (boundaries.length + 1)
              + "), found "
              + values.length);
      return warmed(constant(1), 1);
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
    double warmUp = lr.number("num_warmup_steps", 0, Range.atLeast(0));
    double cycles = lr.number("num_cycles", 7.0 / 16, Range.atLeast(0));
    double total = (double) epochs * stepsEachEpoch;
    return t ->
        t < warmUp
            ? rate * t / Math.max(1, warmUp)
            : rate
                * Math.max(
                    0, Math.cos(Math.PI * cycles * (t - warmUp) / Math.max(1, total - warmUp)));
  }

  private Schedule oneCycle() {
    String strategy = lr.word("anneal_strategy", "cos", "cos", "linear");
    boolean three = lr.flag("three_phase", false);
    var cycle =
        new OneCycle(
            lr.number("max_learning_rate", RATES),
            lr.number("divide_factor", 25, Range.above(0)),
            lr.number("end_learning_rate", 1e-10, RATES),
            (long) epochs * stepsEachEpoch,
            // Of three phases the first two are as long as that.
            lr.number("phase_pct", 0.3, Range.between(0, three ? 0.5 : 1)),
            strategy.equals("cos"),
            three);
    return warmed(decay(cycle.name(), cycle::at), cycle.at(0));
  }

  private Schedule cyclic() {
    String mode = lr.word("mode", "triangular", "triangular", "triangular2", "exp_range");
    long up = lr.optionalLong("step_size_up").orElse(0);
    long down = lr.optionalLong("step_size_down").orElse(up);
    if (up < 1) {
      lr.problem("step_size_up", "expected at least one step up");
    } else if (down < 1) {
      lr.problem("step_size_down", "expected at least one step down");
    }
    double base = lr.number("base_learning_rate", RATES);
    double largest = lr.number("max_learning_rate", RATES);
    double gamma = lr.number("exp_gamma", 1, Range.above(0));
    var cyclic =
        new Cyclic(
            base,
            largest,
            Math.max(1, up),
            Math.max(1, down),
            Cyclic.Mode.valueOf(mode.toUpperCase(Locale.ROOT)),
            gamma);
    return warmed(decay(cyclic.name(), cyclic::at), base);
  }

  private Schedule plateau() {
    if (!byEpoch) {
      lr.problem("by_epoch", "ReduceOnPlateau reacts to evaluations, it needs by_epoch: True");
    }
    String mode = lr.word("mode", "min", "min", "max");
    String threshold = lr.word("threshold_mode", "rel", "rel", "abs");
    double factor = lr.number("factor", 0.1, FACTORS);
    double rate = rate();
    int patience = lr.integer("patience", 10, 0);
    double improvement = lr.number("threshold", 1e-4, Range.atLeast(0));
    int cooldown = lr.integer("cooldown", 0, 0);
    double least = lr.number("min_lr", 0, RATES);
    double leastChange = lr.number("epsilon", 1e-8, Range.atLeast(0));
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
