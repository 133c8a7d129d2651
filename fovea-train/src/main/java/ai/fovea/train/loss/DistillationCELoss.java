package ai.fovea.train.loss;

import ai.fovea.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Cross entropy with another network's softmax as the target (Hinton et al. 2015), `CELoss_STUDENT_TEACHER` for each pair.
/// Both networks receive gradients, unless one is frozen.
///
/// @param epsilon smoothing; outside (0, 1) there is none
/// @param output which output is compared
public record DistillationCELoss(List<DistillationPair> pairs, double epsilon, String output)
    implements Loss {
  /// Copies the list.
  public DistillationCELoss {
    pairs = List.copyOf(pairs);
  }

  @Override
  public String name() {
    return "DistillationCELoss";
  }

  @Override
  public SequencedMap<String, Tensor> values(LossInput input) {
    var loss = new CELoss(Reduction.MEAN, epsilon, CELoss.Target.LOGITS);
    var all = new LinkedHashMap<String, Tensor>();
    for (DistillationPair p : pairs) {
      Tensor student = input.outputs().get(p.student(), output, name()); // [N, C]
      Tensor teacher = input.outputs().get(p.teacher(), output, name()); // [N, C]
      all.put("CELoss_" + p.student() + "_" + p.teacher(), loss.value(student, teacher));
    }
    return all;
  }
}
