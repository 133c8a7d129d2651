package ai.fovea.train.loss;

import ai.fovea.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Cross entropy of several networks with the labels, `CELoss_NETWORK` for each.
///
/// @param networks by name
/// @param epsilon smoothing; outside (0, 1) there is none
/// @param output which output is compared
/// @param target what labels of one value a class are
public record DistillationGTCELoss(
    List<String> networks, double epsilon, String output, CELoss.Target target) implements Loss {
  /// Copies the list.
  public DistillationGTCELoss {
    networks = List.copyOf(networks);
  }

  @Override
  public String name() {
    return "DistillationGTCELoss";
  }

  @Override
  public SequencedMap<String, Tensor> values(LossInput input) {
    var loss = new CELoss(Reduction.MEAN, epsilon, target);
    var all = new LinkedHashMap<String, Tensor>();
    for (String network : networks) {
      Tensor x = input.outputs().get(network, output, name()); // [N, C]
      all.put("CELoss_" + network, loss.value(x, input.label()));
    }
    return all;
  }
}
