package ai.fovea.examples;

import ai.fovea.torch.Tensor;
import ai.fovea.train.TrainEvent;
import ai.fovea.train.Trainer;
import ai.fovea.train.loss.LossInput;
import ai.fovea.train.loss.LossProvider;
import ai.fovea.train.loss.SimpleLoss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Trains with a loss of one's own, which the configuration names like any other. The provider's
/// class stands in `META-INF/services/ai.fovea.train.loss.LossProvider`.
public final class TrainWithOwnLoss {
  private TrainWithOwnLoss() {}

  /// Cross entropy that counts images less which are told already: `-(1 - p)^gamma log p`, where
  /// `p` is the probability of the label (Lin et al. 2017, "Focal Loss for Dense Object
  /// Detection").
  record FocalLoss(double gamma) implements SimpleLoss {
    @Override
    public String name() {
      return "FocalLoss";
    }

    @Override
    public Tensor value(LossInput input) {
      Tensor logits = input.outputs().get("logits", name()); // [N, C]
      Tensor log = logits.logSoftmax(1).gather(1, input.label()); // [N, 1]
      Tensor rest = log.exp().neg().add(1); // [N, 1]
      return rest.pow(gamma).mul(log).mean().neg(); // []
    }
  }

  /// Makes the loss of its settings; a setting that it does not ask for is the user's mistake, and
  /// told.
  public static final class Losses implements LossProvider {
    @Override
    public Map<String, Factory> losses() {
      return Map.of("FocalLoss", (settings, _) -> new FocalLoss(settings.number("gamma", 2)));
    }
  }

  /// Prints the loss of each epoch.
  public static void main(String[] args) throws IOException {
    System.out.println(train(Samples.folder()));
  }

  static List<Double> train(Path output) throws IOException {
    var losses = new ArrayList<Double>();
    var recipe = Samples.toy(output, "Loss.Train=[{'FocalLoss':{'weight':1.0,'gamma':1.5}}]");
    new Trainer(
            recipe,
            1,
            event -> {
              if (event instanceof TrainEvent.EpochDone done) {
                losses.add(done.averages().get("FocalLoss"));
              }
            })
        .run();
    return losses;
  }
}
