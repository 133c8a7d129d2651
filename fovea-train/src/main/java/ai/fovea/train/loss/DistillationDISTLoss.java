package ai.fovea.train.loss;

import ai.fovea.plan.LossSettings;
import ai.fovea.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Knowledge distillation by correlation (Huang et al. 2022, "Knowledge distillation from a stronger teacher"): `β` times one
/// less the mean Pearson correlation of both networks' probabilities within each sample, plus `γ` times the same within each
/// class. `NAME_STUDENT_TEACHER` for each pair.
public record DistillationDISTLoss(LossSettings.DistillationCorrelation settings) implements Loss {
  private static final double EPSILON = 1e-8;

  @Override
  public String name() {
    return "DistillationDISTLoss";
  }

  @Override
  public SequencedMap<String, Tensor> values(LossInput input) {
    var all = new LinkedHashMap<String, Tensor>();
    for (LossSettings.Pair p : settings.pairs()) {
      Tensor s =
          input.outputs().get(p.student(), settings.compared(), name()).softmax(-1); // [N, C]
      Tensor t =
          input.outputs().get(p.teacher(), settings.compared(), name()).softmax(-1); // [N, C]
      Tensor within = unlikeness(s, t).mul(settings.beta());
      Tensor across = unlikeness(s.transpose(0, 1), t.transpose(0, 1)).mul(settings.gamma());
      all.put(settings.label() + "_" + p.student() + "_" + p.teacher(), within.add(across));
    }
    return all;
  }

  /// One less the mean correlation of the rows.
  private static Tensor unlikeness(Tensor a, Tensor b) {
    Tensor x = a.sub(a.mean(1, true)); // [R, K]
    Tensor y = b.sub(b.mean(1, true)); // [R, K]
    Tensor lengths = length(x).mul(length(y)).add(EPSILON); // [R]
    return x.mul(y).sum(1, false).div(lengths).mean().neg().add(1);
  }

  private static Tensor length(Tensor rows) {
    return rows.norm(1).reshape(rows.size(0)); // [R]
  }
}
