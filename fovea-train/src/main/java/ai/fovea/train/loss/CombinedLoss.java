package ai.fovea.train.loss;

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

  /// Reads a `Loss.Train` section: a list with one loss an item, each with a `weight`.
  ///
  /// @throws IllegalArgumentException listing all that is wrong
  public static CombinedLoss of(List<?> section) {
    var parts = new ArrayList<Weighted>();
    var problems = new ArrayList<String>();
    for (Object item : section) {
      if (item instanceof Map<?, ?> map && map.size() == 1) {
        var entry = map.entrySet().iterator().next();
        var settings = new LossSettings(entry.getKey().toString(), entry.getValue(), problems);
        double weight = settings.number("weight", 1);
        settings.loss().ifPresent(loss -> parts.add(new Weighted(loss, weight)));
      } else {
        problems.add("each item of Loss is one `Name: {settings}`, not " + item);
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "Loss:" + (problems.size() == 1 ? " " : "\n  ") + String.join("\n  ", problems));
    }
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
