package ai.fovea.train.loss;

import ai.fovea.graph.Param;
import ai.fovea.plan.LossSettings;
import ai.fovea.torch.Tensor;
import java.util.List;

/// Center loss (Wen et al. 2016): the mean squared distance of features to the center of their class, which is learned.
///
/// As in the reference, the distance to every other class counts as `1e-12`, its lower bound.
public record CenterLoss(LossSettings.Center settings) implements SimpleLoss {
  private static final double LOWEST = 1e-12;
  private static final double HIGHEST = 1e12;

  @Override
  public String name() {
    return "CenterLoss";
  }

  @Override
  public List<Param> parameters() {
    return settings.parameters();
  }

  @Override
  public Tensor value(LossInput input) {
    Tensor x = input.outputs().get(settings.features(), name()); // [N, D]
    Tensor centers = input.parameters().apply(LossSettings.Center.CENTERS); // [C, D]
    int n = x.size(0);
    int classes = settings.classes();
    Tensor distances =
        x.square()
            .sum(1, true)
            .add(centers.square().sum(1, true).transpose(0, 1))
            .sub(x.matmul(centers.transpose(0, 1)).mul(2)); // [N, C]
    Tensor own =
        input.label().reshape(n, 1).eq(Tensor.range(classes).reshape(1, classes)); // [N, C]
    return distances.mul(own.toFloat()).clampMin(LOWEST).clampMax(HIGHEST).sum().mul(1.0 / n);
  }
}
