package ai.fovea.train.loss;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.config.Config;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.TorchException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class CombinedLossTest {
  @Test
  void whatLibtorchRefusesNamesTheLoss() {
    var loss =
        CombinedLoss.of(
            Config.of(Map.of("Train", List.of(Map.of("CELoss", Map.of("weight", 1.0))))),
            "Train",
            LossContext.PLAIN);
    try (var _ = new TensorScope()) {
      Map<String, Tensor> logits = Map.of("logits", Tensor.of(new float[] {1, 2, 3}, 1, 3));
      Tensor label = Tensor.of(new long[] {7}, 1, 1);
      assertThatThrownBy(() -> loss.values(LossInput.of(logits, label)))
          .isInstanceOf(TorchException.class)
          .hasMessageStartingWith("loss CELoss: ")
          .hasMessageContaining("7")
          .hasMessageNotContaining("\n");
      // What the loss itself finds is said in its own words.
      assertThatThrownBy(() -> loss.values(LossInput.of(Map.of(), label)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
