package ai.fovea.train;

import ai.fovea.config.Config;
import ai.fovea.graph.Param;
import ai.fovea.plan.OptimizerPlan;
import ai.fovea.plan.schedule.Schedule;
import ai.fovea.torch.GradientPipeline;
import ai.fovea.torch.GradientStage;
import ai.fovea.torch.Optimizer;
import ai.fovea.torch.TorchParameters;
import ai.fovea.train.loss.CombinedLoss;
import ai.fovea.train.loss.Loss;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// The optimizers of a training, each with a schedule and a part of the parameters. Parameters of none stay as they are.
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

  /// Reads the section `Optimizer`.
  ///
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
    return of(OptimizerPlan.read(root, epochs), parameters, losses, model, stepsPerEpoch);
  }

  /// The optimizers that a plan describes.
  ///
  /// @param parameters of the networks and the losses
  /// @param losses of which some may learn
  /// @param model the name that stands for all parameters of the networks
  /// @throws ai.fovea.config.ConfigException where no parameter is left for one, or a schedule does not fit the length
  public static Optimizers of(
      List<OptimizerPlan> plans,
      TorchParameters parameters,
      CombinedLoss losses,
      String model,
      int stepsPerEpoch) {
    var made = new ArrayList<Scheduled>();
    var taken = new HashSet<String>();
    Optimizers all = new Optimizers(made);
    List<List<String>> names =
        OptimizerPlan.scopes(
            plans, parameters.params(), losses.losses().stream().map(Loss::name).toList(), model);
    try {
      for (int i = 0; i < plans.size(); i++) {
        made.add(build(plans.get(i), parameters, names.get(i), stepsPerEpoch));
        taken.addAll(names.get(i));
      }
      parameters.train(taken::contains);
      return all;
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
  }

  private static Scheduled build(
      OptimizerPlan plan, TorchParameters parameters, List<String> names, int stepsPerEpoch) {
    List<String> undecayed =
        parameters.params().stream().filter(plan::isUndecayed).map(Param::name).toList();
    Optimizer.Rule rule =
        switch (plan.rule()) {
          case OptimizerPlan.Rule.Momentum m ->
              new Optimizer.Rule.Momentum(m.momentum(), m.nesterov());
          case OptimizerPlan.Rule.Adam a ->
              new Optimizer.Rule.Adam(a.beta1(), a.beta2(), a.epsilon(), a.decay());
        };
    GradientPipeline pipeline =
        plan.clipNorm() > 0
            ? GradientPipeline.EMPTY.then(GradientStage.clipEach(plan.clipNorm()))
            : GradientPipeline.EMPTY;
    var regularizer = new Optimizer.Regularizer(plan.l2(), plan.l1());
    Schedule schedule = plan.schedule(stepsPerEpoch);
    return new Scheduled(
        Optimizer.of(parameters, names, undecayed, pipeline, regularizer, rule), schedule, names);
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
