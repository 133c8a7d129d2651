package ai.fovea.train;

import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;
import ai.fovea.models.Backbone;
import ai.fovea.models.BackboneOutput;
import ai.fovea.models.ModelCard;
import ai.fovea.models.ModelProvider;
import ai.fovea.models.NamedBackbone;
import ai.fovea.models.Stage;
import ai.fovea.models.blocks.Convolution;
import ai.fovea.models.blocks.Layers;
import ai.fovea.torch.Tensor;
import ai.fovea.train.loss.LossInput;
import ai.fovea.train.loss.LossProvider;
import ai.fovea.train.loss.SimpleLoss;
import ai.fovea.train.metric.MetricInput;
import ai.fovea.train.metric.MetricProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A backbone, a loss and a metric of a user's own, found by name like those of the library.
public final class OwnParts implements ModelProvider, LossProvider, MetricProvider {
  @Override
  public List<NamedBackbone> backbones() {
    var card = ModelCard.paddleClas("OneConvolution", "Tests", "0000.00000", "none.py");
    return List.of(
        new NamedBackbone(card.withoutWeights(), args -> new OneConvolution(args.classes())));
  }

  private record OneConvolution(int classes) implements Backbone {
    @Override
    public BackboneOutput build(Scope scope, Value image) {
      Value map = Convolution.of(8, 3).stride(2).apply(scope.child("conv1"), image);
      Value x = Layers.flatten(scope, Layers.globalMean(scope, map)); // [N, 8]
      return new BackboneOutput(
          List.of(Stage.of("conv1", map, 2)), x, Layers.linear(scope.child("fc"), x, classes));
    }
  }

  @Override
  public Map<String, LossProvider.Factory> losses() {
    return Map.of(
        "SquaredLogits", (settings, context) -> new SquaredLogits(settings.number("scale", 1)));
  }

  @Override
  public Map<String, MetricProvider.Factory> metrics() {
    return Map.of("MeanLogit", _ -> OwnParts::meanLogit);
  }

  private static SequencedMap<String, Double> meanLogit(MetricInput input) {
    float[] all = input.output("logits").floats();
    double sum = 0;
    for (float v : all) {
      sum += v;
    }
    var figures = new LinkedHashMap<String, Double>();
    figures.put("mean_logit", sum / all.length);
    return figures;
  }

  private record SquaredLogits(double scale) implements SimpleLoss {
    @Override
    public String name() {
      return "SquaredLogits";
    }

    @Override
    public Tensor value(LossInput input) {
      return input.outputs().get("logits", name()).square().mean().mul(scale);
    }
  }
}
