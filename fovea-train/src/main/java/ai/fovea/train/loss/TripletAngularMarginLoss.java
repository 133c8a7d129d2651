package ai.fovea.train.loss;

import ai.fovea.plan.LossSettings;
import ai.fovea.torch.Tensor;

/// Triplet loss on cosine similarities with batch-hard mining: `max(0, s_an - s_ap + margin)`, where `s_ap` is the
/// similarity to the least similar sample of the same class and `s_an` to the most similar of another.
///
/// With `absolute`, similarities are also pushed beyond fixed values:
/// `w (mean max(0, apValue - s_ap) + mean (s_an - anValue where positive))`. The reference counts 1 instead of 0
/// where `s_an` is small enough already, which shifts the value and no gradient; logs can be compared with it only
/// if this does too.
public record TripletAngularMarginLoss(LossSettings.TripletAngularMargin settings)
    implements SimpleLoss {

  @Override
  public String name() {
    return "TripletAngularMarginLoss";
  }

  @Override
  public Tensor value(LossInput input) {
    Tensor x = input.outputs().get(settings.features(), name()); // [N, D]
    if (settings.normalize()) {
      x = x.div(x.norm(-1).add(1e-12));
    }
    Tensor s = x.matmul(x.transpose(0, 1)); // [N, N]
    Tensor same = Pairs.same(input.label()); // [N, N]
    Tensor ap = s.masked(same.not(), Float.MAX_VALUE).min(1); // [N]
    Tensor an = s.masked(same, -Float.MAX_VALUE).max(1); // [N]
    Tensor rows = an.sub(ap).add(settings.margin()).relu(); // [N]
    if (!settings.absolute()) {
      return Reductions.of(rows, settings.reduction());
    }
    Tensor near = ap.neg().add(settings.apValue()).relu().mean();
    Tensor over = an.add(-settings.anValue()); // [N]
    Tensor far = over.masked(over.gt(0).not(), 1).mean();
    return near.add(far).mul(settings.absoluteWeight()).add(rows.mean());
  }
}
