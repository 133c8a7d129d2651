package ai.fovea.plan;

import ai.fovea.base.Problems;
import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.config.Names;
import ai.fovea.config.Range;
import ai.fovea.graph.Param;
import ai.fovea.plan.schedule.Schedule;
import ai.fovea.plan.schedule.Schedules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// An optimizer that a configuration asks for.
///
/// A scope is `all`, the name of the model, a part of it (`backbone`, `neck`, `head`), the name of a loss that learns
/// (`CenterLoss`), or a regular expression that matches the full name of a layer. Parameters that no scope matches stay as they
/// are.
///
/// @param section where it stands
/// @param scope which parameters it updates
/// @param clipNorm norm that gradients are scaled down to; 0 for none
/// @param l2 coefficient of the square of the weights
/// @param l1 coefficient of their absolute values
/// @param undecayedWords parameters whose name holds one of these are not decayed
/// @param undecayedVectors whether parameters of one dimension are not decayed
/// @param epochs of the whole training
public record OptimizerPlan(
    Config section,
    Rule rule,
    String scope,
    double clipNorm,
    double l2,
    double l1,
    List<String> undecayedWords,
    boolean undecayedVectors,
    int epochs) {
  /// How much of a running mean stays at each step.
  private static final Range SHARE = Range.below(0, 1);

  private static final List<String> SUPPORTED = List.of("SGD", "Momentum", "Adam", "AdamW");

  /// Further optimizers of the reference.
  private static final List<String> KNOWN = List.of("RMSProp", "AdamWDL");

  /// How a parameter follows its gradient.
  public sealed interface Rule {
    /// Stochastic gradient descent with momentum, 0 for none.
    record Momentum(double momentum, boolean nesterov) implements Rule {}

    /// Adam.
    ///
    /// @param decay of the weights, apart from the gradient (AdamW)
    record Adam(double beta1, double beta2, double epsilon, double decay) implements Rule {}
  }

  /// The schedule of its learning rate.
  ///
  /// @param stepsEachEpoch updates in an epoch
  /// @throws ai.fovea.config.ConfigException with all that is wrong with it at this length
  public Schedule schedule(int stepsEachEpoch) {
    return Schedules.of(section.at("lr"), epochs, stepsEachEpoch);
  }

  /// Whether a parameter is left out of the decay of weights.
  public boolean isUndecayed(Param param) {
    return undecayedWords.stream().anyMatch(param.name()::contains)
        || (undecayedVectors && param.shape().rank() == 1);
  }

  /// Reads the section `Optimizer`: one optimizer, or a list of them (`- Name: {settings}`).
  ///
  /// @param epochs of the whole training
  /// @throws ai.fovea.config.ConfigException listing all that is wrong
  public static List<OptimizerPlan> read(Config root, int epochs) {
    var all = new ArrayList<OptimizerPlan>();
    List<Config.Named> sections =
        root.isList("Optimizer")
            ? list(root)
            : List.of(new Config.Named(root.at("Optimizer").text("name"), root.at("Optimizer")));
    Config.all(
        sections.stream()
            .<Runnable>map(named -> () -> all.add(one(named, epochs)))
            .toArray(Runnable[]::new));
    return List.copyOf(all);
  }

  /// What a user should know of the schedules though nothing is wrong, one line each.
  static List<String> notes(Config root, int epochs) {
    Config apart = root.apart();
    List<Config> sections =
        apart.isList("Optimizer")
            ? list(apart).stream().map(Config.Named::settings).toList()
            : apart.find("Optimizer").stream().toList();
    return sections.stream()
        .flatMap(s -> s.find("lr").stream())
        .flatMap(lr -> Schedules.note(lr, epochs).stream())
        .toList();
  }

  /// The names of the parameters of each optimizer; those of an earlier one are not a later one's too.
  ///
  /// @param params of the networks and the losses
  /// @param losses the names of the losses, in order
  /// @param model the name that stands for all parameters of the networks
  /// @throws ai.fovea.config.ConfigException where nothing is left for one
  public static List<List<String>> scopes(
      List<OptimizerPlan> plans, List<Param> params, List<String> losses, String model) {
    var taken = new HashSet<String>();
    var all = new ArrayList<List<String>>();
    for (OptimizerPlan plan : plans) {
      List<String> names = plan.names(params, losses, model).stream().filter(taken::add).toList();
      if (names.isEmpty()) {
        plan.section
            .problem(
                "scope", "matches no trained parameter that is not another optimizer's already")
            .check();
      }
      all.add(names);
    }
    return List.copyOf(all);
  }

  /// Items are `Name: {settings}`, or settings with a `name`.
  private static List<Config.Named> list(Config root) {
    List<Config> items = root.sections("Optimizer");
    return items.stream().anyMatch(item -> item.has("name"))
        ? items.stream().map(item -> new Config.Named(item.text("name"), item)).toList()
        : root.named("Optimizer");
  }

  private List<String> names(List<Param> params, List<String> losses, String model) {
    List<String> trained =
        params.stream().filter(p -> p.kind() == Param.Kind.TRAINED).map(Param::name).toList();
    if (scope.equals("all")) {
      return trained;
    }
    if (scope.equals(model)) {
      return trained.stream().filter(name -> !name.startsWith(LossPlan.PARAMETERS)).toList();
    }
    if (losses.contains(scope)) {
      String prefix = LossPlan.prefix(losses.indexOf(scope));
      return trained.stream().filter(name -> name.startsWith(prefix)).toList();
    }
    Pattern pattern;
    try {
      pattern = Pattern.compile(scope);
    } catch (PatternSyntaxException e) {
      section.problem("scope", "not a regular expression: " + e.getDescription()).check();
      return List.of();
    }
    return trained.stream().filter(name -> layerMatches(pattern, name)).toList();
  }

  private static boolean layerMatches(Pattern pattern, String parameter) {
    for (int dot = parameter.indexOf('.'); dot >= 0; dot = parameter.indexOf('.', dot + 1)) {
      if (pattern.matcher(parameter.substring(0, dot)).matches()) {
        return true;
      }
    }
    return false;
  }

  private static OptimizerPlan one(Config.Named named, int epochs) {
    Config section = named.settings();
    String name = named.name();
    section.has("name");
    var problems = new Problems();
    problems.collect(() -> Schedules.of(section.at("lr"), epochs, 1));
    if (!SUPPORTED.contains(name) && !name.isEmpty()) { // that there is none is told already
      section.problem("name", Names.unknown("optimizer", name, SUPPORTED, KNOWN));
    }
    // What can be told of the others does not depend on the name, or on the one that is meant.
    Optional<String> read = KNOWN.contains(name) ? Optional.empty() : Names.meant(name, SUPPORTED);
    OptimizerPlan plan = settings(section, read.orElse(""), epochs);
    if (read.isEmpty()) {
      section.leaveRest();
    } else if (!read.get().equals("AdamW")) { // which takes any key in the reference
      section.refuseUnread(read.get());
    }
    problems.collect(() -> section.check());
    problems.throwIfAny(ConfigException::new);
    return plan;
  }

  /// @param name empty for one that is not known
  private static OptimizerPlan settings(Config section, String name, int epochs) {
    double clip = section.number("clip_norm", 0, Range.atLeast(0));
    double decay = section.number("weight_decay", 0, Range.atLeast(0));
    double l2 = 0;
    double l1 = 0;
    boolean regularized = section.has("regularizer");
    if (regularized) {
      Config regularizer = section.at("regularizer");
      double c = regularizer.number("coeff", 0, Range.atLeast(0));
      switch (regularizer.text("name", "")) {
        case "L2", "L2Decay" -> l2 = c;
        case "L1", "L1Decay" -> l1 = c;
        default -> regularizer.problem("name", "must be L1 or L2");
      }
    }
    section.flag("multi_precision", false); // without effect where everything is float32
    Rule rule = new Rule.Momentum(0, false);
    if (name.equals("SGD") || name.equals("Momentum")) {
      l2 += decay;
      double momentum = section.number("momentum", 0.9, SHARE);
      rule =
          new Rule.Momentum(name.equals("SGD") ? 0 : momentum, section.flag("use_nesterov", false));
    } else if (!name.isEmpty()) {
      boolean decoupled = name.equals("AdamW");
      if (decoupled && regularized) {
        section.problem("regularizer", "AdamW takes weight_decay, a number, instead");
      }
      if (decoupled && !section.has("weight_decay")) {
        section.problem("weight_decay", "AdamW needs it; 0 is none");
      }
      l2 += decoupled ? 0 : decay;
      rule =
          new Rule.Adam(
              section.number("beta1", 0.9, SHARE),
              section.number("beta2", 0.999, SHARE),
              section.number("epsilon", 1e-8, Range.above(0)),
              decoupled ? decay : 0);
    }
    List<String> words =
        section
            .optionalText("no_weight_decay_name")
            .map(w -> List.of(w.strip().split("\\s+")))
            .orElse(List.of());
    // As in the reference, Momentum looks at the switch only beside names.
    boolean flat =
        section.flag("one_dim_param_no_weight_decay", false)
            && (!words.isEmpty() || rule instanceof Rule.Adam);
    String scope = section.text("scope", "all");
    return new OptimizerPlan(section, rule, scope, clip, l2, l1, words, flat, epochs);
  }
}
