package ai.fovea.train.loss;

import ai.fovea.config.Config;
import ai.fovea.graph.Param;
import ai.fovea.plan.LossPlan;
import ai.fovea.plan.Provided;
import ai.fovea.plan.SettingsReader;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TorchException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

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
  public static CombinedLoss of(Config config, String key, LossContext context) {
    return of(LossPlan.read(config, key, Provided.load()), context);
  }

  /// Returns the losses that a plan describes.
  ///
  /// @throws IllegalArgumentException for a loss that nothing computes
  public static CombinedLoss of(List<LossPlan> plans, LossContext context) {
    return new CombinedLoss(
        plans.stream().map(p -> new Weighted(Losses.of(p, context), p.weight())).toList());
  }

  /// Returns what reads the settings of each loss of a [LossProvider], by name.
  public static Map<String, SettingsReader> providedSettings() {
    var all = new LinkedHashMap<String, SettingsReader>();
    Losses.provided()
        .forEach((name, factory) ->
            all.put(name, section -> factory.create(section, LossContext.PLAIN)));
    return all;
  }

  /// Returns the losses in order.
  public List<Loss> losses() {
    return parts.stream().map(Weighted::loss).toList();
  }

  /// Returns the specifications of what the losses keep, each under [LossPlan#prefix] of its loss.
  public List<Param> parameters() {
    var all = new ArrayList<Param>();
    for (int i = 0; i < parts.size(); i++) {
      String prefix = LossPlan.prefix(i);
      parts.get(i).loss.parameters().forEach(p -> all.add(p.withName(prefix + p.name())));
    }
    return all;
  }

  /// Returns each loss times its weight by name, then their sum as `loss`. Two losses of one name are told apart by a
  /// number.
  ///
  /// @param input its parameters are those of [#parameters]
  public SequencedMap<String, Tensor> values(LossInput input) {
    var out = new LinkedHashMap<String, Tensor>();
    Tensor sum = null;
    for (int i = 0; i < parts.size(); i++) {
      Weighted part = parts.get(i);
      String prefix = LossPlan.prefix(i);
      var own = input.with(name -> input.parameters().apply(prefix + name));
      SequencedMap<String, Tensor> values =
          TorchException.during(() -> "loss " + part.loss.name(), () -> part.loss.values(own));
      for (var entry : values.entrySet()) {
        Tensor value = entry.getValue();
        value = part.weight == 1 ? value : value.mul(part.weight);
        String name = entry.getKey();
        for (int k = 2; out.containsKey(name); k++) {
          name = entry.getKey() + "_" + k;
        }
        out.put(name, value);
        sum = sum == null ? value : sum.add(value);
      }
    }
    if (sum != null) {
      out.put("loss", sum);
    }
    return out;
  }
}
