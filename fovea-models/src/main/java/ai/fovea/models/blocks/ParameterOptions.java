package ai.fovea.models.blocks;

import ai.fovea.config.Names;
import ai.fovea.config.Range;
import ai.fovea.graph.Init;
import ai.fovea.graph.Param;
import ai.fovea.models.Arguments;
import java.util.List;
import java.util.Optional;

/// `weight_attr` and `bias_attr` of a configuration: initializer, learning rate, regularizer.
public final class ParameterOptions {
  private static final List<String> KNOWN =
      List.of(
          "Constant",
          "Normal",
          "TruncatedNormal",
          "Uniform",
          "XavierNormal",
          "XavierUniform",
          "KaimingNormal",
          "KaimingUniform");

  private ParameterOptions() {}

  /// The parameter `defaults` as the argument `name` changes it; empty where that is `false`.
  ///
  /// A weight can't be switched off: for it `false` is a problem.
  public static Optional<Param> of(Arguments args, String name, Param defaults) {
    boolean bias = defaults.name().equals("bias");
    if (args.value(name) instanceof Boolean on) {
      if (!on && !bias) {
        args.problem(name, "a weight can't be switched off");
      }
      return on || !bias ? Optional.of(defaults) : Optional.empty();
    }
    Optional<Arguments> section = args.section(name);
    if (section.isEmpty()) {
      return Optional.of(defaults);
    }
    Arguments attribute = section.get();
    Init init =
        attribute.section("initializer").map(ParameterOptions::init).orElse(defaults.init());
    double rate = attribute.number("learning_rate", 1, Range.atLeast(0));
    double decay = attribute.section("regularizer").map(ParameterOptions::decay).orElse(1.0);
    boolean trained = attribute.flag("trainable", true);
    attribute.finish();
    return Optional.of(
        new Param(
            defaults.name(),
            defaults.shape(),
            defaults.dtype(),
            init,
            trained ? Param.Kind.TRAINED : Param.Kind.FROZEN,
            rate,
            decay));
  }

  private static Init init(Arguments args) {
    String name = String.valueOf(args.value("name"));
    Init init =
        switch (name) {
          case "Constant" -> new Init.Constant(args.number("value", 0));
          case "Normal" ->
              new Init.Normal(args.number("mean", 0), args.number("std", 1, Range.atLeast(0)));
          case "TruncatedNormal" ->
              new Init.TruncatedNormal(
                  args.number("mean", 0), args.number("std", 1, Range.atLeast(0)));
          case "Uniform" -> uniform(args);
          case "XavierNormal" -> new Init.XavierNormal();
          case "XavierUniform" -> new Init.XavierUniform();
          case "KaimingNormal" -> new Init.KaimingNormal(args.integer("fan_in", 0, 0), slope(args));
          case "KaimingUniform" ->
              new Init.KaimingUniform(args.integer("fan_in", 0, 0), slope(args));
          default -> {
            args.problem("name", Names.unknown("initializer", name, KNOWN, List.of()));
            yield Init.ZEROS;
          }
        };
    args.finish();
    return init;
  }

  private static Init uniform(Arguments args) {
    double low = args.number("low", -1);
    double high = args.number("high", 1);
    if (low > high) {
      args.problem("low", "is larger than high");
    }
    return new Init.Uniform(low, high);
  }

  /// The slope counts for leaky units only; the reference takes plain ones where nothing is said.
  private static double slope(Arguments args) {
    double slope = args.number("negative_slope", 0);
    return args.word("nonlinearity", "relu", "relu", "leaky_relu").equals("leaky_relu") ? slope : 0;
  }

  /// A decay of its own can only be none at all: the factor multiplies the optimizer's.
  private static double decay(Arguments args) {
    args.word("name", "L2Decay", "L2Decay");
    if (args.number("coeff", 0) != 0) {
      args.problem("coeff", "only 0 (no decay) is supported; set the optimizer's decay instead");
    }
    args.finish();
    return 0;
  }
}
