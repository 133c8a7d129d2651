package ai.fovea.train.loss;

import ai.fovea.config.Config;
import ai.fovea.plan.LossPlan;
import ai.fovea.plan.LossSettings;
import ai.fovea.plan.Provided;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TorchException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The weighted sum of several losses.
public final class CombinedLoss {
  private final List<Weighted> parts;

  /// A loss and its weight.
  public record Weighted(Loss loss, double weight) {}

  /// The sum of these.
  ///
  /// @throws IllegalArgumentException if there is none
  public CombinedLoss(List<Weighted> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("Loss.Train: names no loss, and training needs one");
    }
    this.parts = List.copyOf(parts);
  }

  /// Reads the list of losses at `key`, each with its settings and a `weight`.
  ///
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  public static CombinedLoss of(Config config, String key) {
    return of(LossPlan.read(config, key, Provided.load()));
  }

  /// The losses that a plan describes.
  ///
  /// @throws IllegalArgumentException for a loss that nothing here computes
  public static CombinedLoss of(List<LossPlan> plans) {
    return new CombinedLoss(
        plans.stream().map(plan -> new Weighted(loss(plan), plan.weight())).toList());
  }

  private static Loss loss(LossPlan plan) {
    return switch (plan.settings()) {
      case LossSettings.CrossEntropy s -> new CELoss(reduction(s.reduction()), s.epsilon());
      case LossSettings.TripletV2 s -> new TripletLossV2(s.margin(), s.normalize(), s.features());
      case LossSettings.TripletAngularMargin s ->
          new TripletAngularMarginLoss(
              s.margin(),
              s.normalize(),
              reduction(s.reduction()),
              s.absolute(),
              s.absoluteWeight(),
              s.apValue(),
              s.anValue(),
              s.features());
      case LossSettings.Other _ ->
          throw new IllegalArgumentException(
              "the loss " + plan.name() + " has settings, and nothing that computes it");
    };
  }

  private static Reduction reduction(LossSettings.Reduction reduction) {
    return Reduction.valueOf(reduction.name());
  }

  /// Each loss times its weight by name, then their sum as `loss`. Two losses of one name are told apart by a
  /// number.
  public Map<String, Tensor> values(Map<String, Tensor> outputs, Tensor label) {
    var out = new LinkedHashMap<String, Tensor>();
    Tensor sum = null;
    for (Weighted part : parts) {
      Tensor value =
          TorchException.during(
              () -> "loss " + part.loss.name(), () -> part.loss.value(outputs, label));
      value = part.weight == 1 ? value : value.mul(part.weight);
      String name = part.loss.name();
      for (int i = 2; out.containsKey(name); i++) {
        name = part.loss.name() + "_" + i;
      }
      out.put(name, value);
      sum = sum == null ? value : sum.add(value);
    }
    if (sum != null) {
      out.put("loss", sum);
    }
    return out;
  }
}
