package ai.fovea.train.loss;

import ai.fovea.plan.LossSettings;
import ai.fovea.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Cross entropy with another network's softmax as the target (Hinton et al. 2015), `CELoss_STUDENT_TEACHER` for each pair.
/// The other network receives gradients where there is smoothing, unless it is frozen.
public record DistillationCELoss(LossSettings.DistillationCrossEntropy settings) implements Loss {
  @Override
  public String name() {
    return "DistillationCELoss";
  }

  @Override
  public SequencedMap<String, Tensor> values(LossInput input) {
    var loss = new CELoss(LossSettings.Reduction.MEAN, settings.epsilon(), CELoss.Target.LOGITS);
    var all = new LinkedHashMap<String, Tensor>();
    for (LossSettings.Pair p : settings.pairs()) {
      Tensor student = input.outputs().get(p.student(), settings.compared(), name()); // [N, C]
      Tensor teacher = input.outputs().get(p.teacher(), settings.compared(), name()); // [N, C]
      all.put("CELoss_" + p.student() + "_" + p.teacher(), loss.value(student, teacher));
    }
    return all;
  }
}
