package ai.fovea.train.loss;

import ai.fovea.plan.LossSettings;
import ai.fovea.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Deep mutual learning (Zhang et al. 2018): the mean of both Kullback-Leibler divergences of two networks, element by element
/// and times the number of classes, `DMLLoss_A_B_INDEX` for each pair. Both networks receive gradients, unless one is frozen.
public record DistillationDMLLoss(LossSettings.MutualLearning settings) implements Loss {
  private static final double EPSILON = 1e-12;

  @Override
  public String name() {
    return "DistillationDMLLoss";
  }

  @Override
  public SequencedMap<String, Tensor> values(LossInput input) {
    var all = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < settings.pairs().size(); i++) {
      LossSettings.Pair p = settings.pairs().get(i);
      Tensor a = probabilities(input, p.student()); // [N, C]
      Tensor b = probabilities(input, p.teacher()); // [N, C]
      Tensor both = divergence(a, b).add(divergence(b, a)).mul(0.5); // [N, C]
      all.put(
          "DMLLoss_" + p.student() + "_" + p.teacher() + "_" + i,
          settings.sumOverClasses() ? both.sum(1, false).mean() : both.mean());
    }
    return all;
  }

  private Tensor probabilities(LossInput input, String network) {
    Tensor x = input.outputs().get(network, settings.compared(), name());
    return switch (settings.activation()) {
      case SOFTMAX -> x.softmax(-1);
      case SIGMOID -> x.sigmoid();
      case NONE -> x;
    };
  }

  /// `C b log(b / a)`, `[N, C]`.
  private static Tensor divergence(Tensor a, Tensor b) {
    return b.mul(b.add(EPSILON).div(a.add(EPSILON)).log()).mul(a.size(-1));
  }
}
