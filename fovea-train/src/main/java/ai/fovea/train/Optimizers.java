package ai.fovea.train;

import ai.fovea.config.Config;
import ai.fovea.graph.Param;
import ai.fovea.plan.schedule.Schedule;
import ai.fovea.plan.schedule.Schedules;
import ai.fovea.torch.GradientPipeline;
import ai.fovea.torch.GradientStage;
import ai.fovea.torch.Optimizer;
import ai.fovea.torch.TorchParameters;
import ai.fovea.train.loss.CombinedLoss;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The `Optimizer` section: one optimizer, or a list of them (`- Name: {settings}`), each with a schedule and a scope of parameters.
///
/// A scope is `all`, the name of the model, a part of it (`backbone`, `neck`, `head`), the name of a loss that learns
/// (`CenterLoss`), or a regular expression that matches the full name of a layer. Parameters that no scope matches stay as they
/// are.
///
/// Closing it closes the optimizers.
public final class Optimizers implements AutoCloseable {
  private final List<Scheduled> all;

  /// An optimizer with the schedule of its learning rate and the names of its parameters.
  public record Scheduled(Optimizer optimizer, Schedule schedule, List<String> parameters) {
    /// The learning rate of the next update.
    ///
    /// @param updates how many there were before
    /// @param epochs how many were finished, for schedules that count them instead
    public double rate(long updates, int epochs) {
      return schedule.at(schedule.byEpoch() ? epochs : updates);
    }
  }

  private Optimizers(List<Scheduled> all) {
    this.all = all;
  }

  /// Reads the section.
  ///
  /// @param parameters of the networks and the losses
  /// @param losses of which some may learn
  /// @param model the name that stands for all parameters of the networks
  /// @throws ai.fovea.config.ConfigException listing all that is wrong
  public static Optimizers of(
      Config root,
      TorchParameters parameters,
      CombinedLoss losses,
      String model,
      int epochs,
      int stepsPerEpoch) {
    var made = new ArrayList<Scheduled>();
    var taken = new HashSet<String>();
    Optimizers all = new Optimizers(made);
    List<Settings> settings = settings(root, epochs, stepsPerEpoch);
    List<List<String>> names = scopes(settings, parameters.params(), losses, model);
    try {
      for (int i = 0; i < settings.size(); i++) {
        made.add(settings.get(i).build(parameters, names.get(i)));
        taken.addAll(names.get(i));
      }
      parameters.train(taken::contains);
      return all;
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
  }

  /// What an entry of the section says, checked; parameters are not looked at yet.
  ///
  /// @param pipeline what gradients go through before the rule
  /// @param undecayedWords parameters whose name holds one of these are not decayed
  /// @param undecayedVectors whether parameters of one dimension are not decayed
  record Settings(
      Config section,
      Optimizer.Rule rule,
      GradientPipeline pipeline,
      Optimizer.Regularizer regularizer,
      List<String> undecayedWords,
      boolean undecayedVectors,
      Schedule schedule) {
    private Scheduled build(TorchParameters parameters, List<String> names) {
      var undecayed =
          parameters.params().stream()
              .filter(p ->
                  undecayedWords.stream().anyMatch(p.name()::contains)
                      || (undecayedVectors && p.shape().rank() == 1))
              .map(Param::name)
              .toList();
      return new Scheduled(
          Optimizer.of(parameters, names, undecayed, pipeline, regularizer, rule), schedule, names);
    }
  }

  /// Reads the section without a network.
  ///
  /// @throws ai.fovea.config.ConfigException listing all that is wrong
  static List<Settings> settings(Config root, int epochs, int stepsPerEpoch) {
    var all = new ArrayList<Settings>();
    List<Config.Named> sections =
        root.isList("Optimizer")
            ? list(root)
            : List.of(new Config.Named(root.at("Optimizer").text("name"), root.at("Optimizer")));
    Config.all(
        sections.stream()
            .<Runnable>map(named -> () -> all.add(settings(named, epochs, stepsPerEpoch)))
            .toArray(Runnable[]::new));
    return List.copyOf(all);
  }

  /// The names of the parameters of each optimizer; those of an earlier one are not a later one's too.
  ///
  /// @throws ai.fovea.config.ConfigException where nothing is left for one
  static List<List<String>> scopes(
      List<Settings> settings, List<Param> params, CombinedLoss losses, String model) {
    var taken = new HashSet<String>();
    var all = new ArrayList<List<String>>();
    for (Settings one : settings) {
      Config section = one.section();
      List<String> names =
          scope(section, params, losses, model).stream().filter(taken::add).toList();
      if (names.isEmpty()) {
        section
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

  private static List<String> scope(
      Config section, List<Param> params, CombinedLoss losses, String model) {
    String scope = section.text("scope", "all");
    List<String> trained =
        params.stream().filter(p -> p.kind() == Param.Kind.TRAINED).map(Param::name).toList();
    if (scope.equals("all")) {
      return trained;
    }
    if (scope.equals(model)) {
      return trained.stream().filter(name -> !name.startsWith(CombinedLoss.PREFIX)).toList();
    }
    for (int i = 0; i < losses.losses().size(); i++) {
      if (losses.losses().get(i).name().equals(scope)) {
        String prefix = CombinedLoss.prefix(i);
        return trained.stream().filter(name -> name.startsWith(prefix)).toList();
      }
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

  private static Settings settings(Config.Named named, int epochs, int stepsPerEpoch) {
    Config section = named.settings();
    Schedule schedule = Schedules.of(section.at("lr"), epochs, stepsPerEpoch);
    double clip = section.number("clip_norm", 0);
    double l2 = 0;
    double l1 = 0;
    Config regularizer = section.find("regularizer").orElse(null);
    if (regularizer != null) {
      double c = regularizer.number("coeff", 0);
      switch (regularizer.text("name", "")) {
        case "L2", "L2Decay" -> l2 = c;
        case "L1", "L1Decay" -> l1 = c;
        default -> regularizer.problem("name", "must be L1 or L2");
      }
    }
    double decay = section.number("weight_decay", 0);
    String name = named.name();
    Optimizer.Rule rule;
    switch (name) {
      case "SGD", "Momentum" -> {
        l2 += decay;
        rule =
            new Optimizer.Rule.Momentum(
                name.equals("SGD") ? 0 : section.number("momentum", 0.9),
                section.flag("use_nesterov", false));
        section.allow(
            "name",
            "lr",
            "momentum",
            "use_nesterov",
            "weight_decay",
            "regularizer",
            "clip_norm",
            "scope",
            "no_weight_decay_name",
            "one_dim_param_no_weight_decay",
            "multi_precision");
      }
      case "Adam", "AdamW" -> {
        boolean decoupled = name.equals("AdamW");
        if (decoupled && regularizer != null) {
          section.problem("regularizer", "AdamW takes weight_decay, a number, instead");
        }
        section.has("multi_precision"); // without effect where everything is float32
        if (decoupled && !section.has("weight_decay")) {
          section.problem("weight_decay", "AdamW needs it; 0 is none");
        }
        l2 += decoupled ? 0 : decay;
        rule =
            new Optimizer.Rule.Adam(
                section.number("beta1", 0.9),
                section.number("beta2", 0.999),
                section.number("epsilon", 1e-8),
                decoupled ? decay : 0);
        // The reference's AdamW takes further keys and does not look at them; its Adam refuses
        // them.
        if (!decoupled) {
          section.allow(
              "name",
              "lr",
              "beta1",
              "beta2",
              "epsilon",
              "weight_decay",
              "regularizer",
              "clip_norm",
              "scope",
              "no_weight_decay_name",
              "one_dim_param_no_weight_decay",
              "multi_precision");
        }
      }
      default -> {
        section.problem(
            "name", "no optimizer is called '" + name + "'; there are SGD, Momentum, Adam, AdamW");
        rule = new Optimizer.Rule.Momentum(0, false);
      }
    }
    List<String> words =
        section
            .optionalText("no_weight_decay_name")
            .map(w -> List.of(w.strip().split("\\s+")))
            .orElse(List.of());
    // As in the reference, Momentum looks at the switch only beside names.
    boolean flat =
        section.flag("one_dim_param_no_weight_decay", false)
            && (!words.isEmpty() || rule instanceof Optimizer.Rule.Adam);
    section.check();
    var pipeline =
        clip > 0
            ? GradientPipeline.EMPTY.then(GradientStage.clipEach(clip))
            : GradientPipeline.EMPTY;
    return new Settings(
        section, rule, pipeline, new Optimizer.Regularizer(l2, l1), words, flat, schedule);
  }

  /// The optimizers in the order of the configuration.
  public List<Scheduled> all() {
    return List.copyOf(all);
  }

  /// Updates all parameters.
  ///
  /// @param updates how many there were before
  /// @param epochs how many were finished, for schedules that count them instead
  public void step(long updates, int epochs) {
    for (Scheduled s : all) {
      s.optimizer.step(s.rate(updates, epochs));
    }
  }

  @Override
  public void close() {
    all.forEach(s -> s.optimizer.close());
  }
}
