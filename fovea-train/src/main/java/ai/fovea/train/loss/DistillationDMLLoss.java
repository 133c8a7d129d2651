package ai.fovea.train.loss;

import ai.fovea.config.Config;
import ai.fovea.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Deep mutual learning (Zhang et al. 2018): the mean of both Kullback-Leibler divergences of two networks, element by element
/// and times the number of classes, `DMLLoss_A_B_INDEX` for each pair. Both networks receive gradients, unless one is frozen.
///
/// @param activation what makes probabilities of outputs
/// @param sumOverClasses whether elements are summed over classes rather than averaged
/// @param output which output is compared
public record DistillationDMLLoss(
    List<DistillationPair> pairs, Activation activation, boolean sumOverClasses, String output)
    implements Loss {
  private static final double EPSILON = 1e-12;

  /// What makes probabilities of outputs.
  public enum Activation {
    /// Over classes.
    SOFTMAX,
    /// Of each class.
    SIGMOID,
    /// The outputs are probabilities already.
    NONE;

    /// Reads `act`: `softmax`, which is the default, `sigmoid` or null.
    static Activation of(Config settings) {
      if (settings.isNull("act")) {
        return NONE;
      }
      return settings.word("act", "softmax", "softmax", "sigmoid").equals("softmax")
          ? SOFTMAX
          : SIGMOID;
    }

    Tensor of(Tensor x) {
      return switch (this) {
        case SOFTMAX -> x.softmax(-1);
        case SIGMOID -> x.sigmoid();
        case NONE -> x;
      };
    }
  }

  /// Copies the list.
  public DistillationDMLLoss {
    pairs = List.copyOf(pairs);
  }

  @Override
  public String name() {
    return "DistillationDMLLoss";
  }

  @Override
  public SequencedMap<String, Tensor> values(LossInput input) {
    var all = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < pairs.size(); i++) {
      DistillationPair p = pairs.get(i);
      Tensor a = activation.of(input.outputs().get(p.student(), output, name())); // [N, C]
      Tensor b = activation.of(input.outputs().get(p.teacher(), output, name())); // [N, C]
      Tensor both = divergence(a, b).add(divergence(b, a)).mul(0.5); // [N, C]
      all.put(
          "DMLLoss_" + p.student() + "_" + p.teacher() + "_" + i,
          sumOverClasses ? both.sum(1, false).mean() : both.mean());
    }
    return all;
  }

  /// `C b log(b / a)`, `[N, C]`.
  private static Tensor divergence(Tensor a, Tensor b) {
    return b.mul(b.add(EPSILON).div(a.add(EPSILON)).log()).mul(a.size(-1));
  }
}
