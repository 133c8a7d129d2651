package ai.fovea.train.loss;

import ai.fovea.torch.Tensor;

/// Triplet loss with batch-hard mining (Hermans et al. 2017): `mean max(0, d_ap - d_an + margin)`, where `d_ap` is
/// the distance to the farthest sample of the same class and `d_an` to the nearest of another.
///
/// @param margin in units of distance; at most 2 for unit vectors
/// @param normalize whether features are brought to unit length first
/// @param features which output: `features` or `backbone`
public record TripletLossV2(double margin, boolean normalize, String features)
    implements SimpleLoss {
  @Override
  public String name() {
    return "TripletLossV2";
  }

  @Override
  public Tensor value(LossInput input) {
    Tensor x = input.outputs().get(features, name()); // [N, D]
    if (normalize) {
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
    return farthest.sub(nearest).add(margin).relu().mean();
  }
}
