package ai.fovea.train.loss;

import ai.fovea.config.Config;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TorchException;
import java.util.ArrayList;
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
    var parts = new ArrayList<Weighted>();
    for (Config.Named named : config.named(key)) {
      Config settings = named.settings();
      double weight = settings.number("weight", 1);
      LossSettings.read(named.name(), settings)
          .ifPresentOrElse(
              loss -> parts.add(new Weighted(loss, weight)),
              () ->
                  settings.problem(
                      "",
                      "there is no loss '"
                          + named.name()
                          + "'; there are CELoss, TripletLossV2, TripletAngularMarginLoss"));
    }
    if (config.named(key).isEmpty()) {
      config.problem(key, "names no loss, and training needs one");
    }
    config.check();
    return new CombinedLoss(parts);
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
