package ai.fovea.train.loss;

import ai.fovea.plan.LossSettings;
import ai.fovea.torch.Tensor;

/// Triplet loss with batch-hard mining (Hermans et al. 2017): `mean max(0, d_ap - d_an + margin)`, where `d_ap` is
/// the distance to the farthest sample of the same class and `d_an` to the nearest of another.
public record TripletLossV2(LossSettings.TripletV2 settings) implements SimpleLoss {
  @Override
  public String name() {
    return "TripletLossV2";
  }

  @Override
  public Tensor value(LossInput input) {
    Tensor x = input.outputs().get(settings.features(), name()); // [N, D]
    if (settings.normalize()) {
      x = x.div(x.norm(-1).add(1e-12));
    }
    Tensor squares = x.square().sum(1, true); // [N, 1]
    Tensor d =
        squares
            .add(squares.transpose(0, 1))
            .sub(x.matmul(x.transpose(0, 1)).mul(2))
            .clampMin(1e-12)
            .sqrt(); // [N, N]
    Tensor same = Pairs.same(input.label()); // [N, N]
    Tensor farthest = d.masked(same.not(), -1).max(1); // [N]
    Tensor nearest = d.masked(same, Float.MAX_VALUE).min(1); // [N]
    return farthest.sub(nearest).add(settings.margin()).relu().mean();
  }
}
