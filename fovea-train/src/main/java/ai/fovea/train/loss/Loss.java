package ai.fovea.train.loss;

import ai.fovea.graph.Param;
import ai.fovea.torch.Tensor;
import java.util.List;
import java.util.SequencedMap;

/// A training objective. Stateless: what a loss learns or remembers lies in the [#parameters] that training keeps for it, so
/// that it is saved and resumed with the networks.
///
/// Losses that configurations name are found through [LossProvider].
public interface Loss {
  /// Returns the name in configurations and logs.
  String name();

  /// Returns the specifications of what the loss keeps: [Param.Kind#TRAINED] is changed by an optimizer, [Param.Kind#STATISTIC]
  /// by the loss itself.
  default List<Param> parameters() {
    return List.of();
  }

  /// Returns the losses of one batch by their names in the log, most often one of the loss's own name.
  ///
  /// @return scalars; with reduction `none`, one value a row
  /// @throws IllegalArgumentException if the batch or the networks lack what the loss needs
  SequencedMap<String, Tensor> values(LossInput input);
}
