package ai.fovea.train.loss;

import ai.fovea.plan.LossSettings;
import ai.fovea.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Cross entropy of several networks with the labels, `CELoss_NETWORK` for each.
///
/// @param target what labels of one value a class are
public record DistillationGTCELoss(LossSettings.DistillationLabels settings, CELoss.Target target)
    implements Loss {
  @Override
  public String name() {
    return "DistillationGTCELoss";
  }

  @Override
  public SequencedMap<String, Tensor> values(LossInput input) {
    var loss = new CELoss(LossSettings.Reduction.MEAN, settings.epsilon(), target);
    var all = new LinkedHashMap<String, Tensor>();
    for (String network : settings.networks()) {
      Tensor x = input.outputs().get(network, settings.compared(), name()); // [N, C]
      all.put("CELoss_" + network, loss.value(x, input.label()));
    }
    return all;
  }
}
