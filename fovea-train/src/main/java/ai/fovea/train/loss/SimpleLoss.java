package ai.fovea.train.loss;

import ai.fovea.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A loss of one value, which has the loss's name.
public interface SimpleLoss extends Loss {
  /// Returns the loss of one batch: a scalar; with reduction `none`, one value a row.
  ///
  /// @throws IllegalArgumentException if the batch or the networks lack what the loss needs
  Tensor value(LossInput input);

  @Override
  default SequencedMap<String, Tensor> values(LossInput input) {
    var one = new LinkedHashMap<String, Tensor>();
    one.put(name(), value(input));
    return one;
  }
}
