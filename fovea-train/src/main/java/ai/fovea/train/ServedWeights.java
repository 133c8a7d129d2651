package ai.fovea.train;

import ai.fovea.graph.NDArray;
import ai.fovea.torch.MovingAverage;
import ai.fovea.torch.TorchParameters;
import java.util.LinkedHashMap;
import java.util.Map;

/// Weights that are evaluated, saved as the result and exported in the place of those that training goes on with.
public sealed interface ServedWeights extends AutoCloseable {
  /// Returns all weights, parameters that it does not change included. They can be read until the next update.
  Map<String, NDArray> values();

  /// Called after each update of the parameters.
  void update();

  /// Goes on from the weights of a checkpoint that held [#values].
  void load(Map<String, NDArray> values);

  @Override
  void close();

  /// An exponential moving average.
  record Averaged(TorchParameters parameters, MovingAverage average) implements ServedWeights {
    @Override
    public Map<String, NDArray> values() {
      var all = new LinkedHashMap<>(parameters.views());
      all.putAll(average.views());
      return all;
    }

    @Override
    public void update() {
      average.update();
    }

    @Override
    public void load(Map<String, NDArray> values) {
      average.load(values);
    }

    @Override
    public void close() {
      average.close();
    }
  }

  /// A point on the line between the weights that training started from and the present ones (Wortsman et al. 2022, "Robust
  /// fine-tuning of zero-shot models").
  ///
  /// @param start by full name; what is not in it is served as it is
  /// @param share of the start, 0 to 1
  record Blended(TorchParameters parameters, Map<String, NDArray> start, double share)
      implements ServedWeights {
    @Override
    public Map<String, NDArray> values() {
      var out = new LinkedHashMap<String, NDArray>();
      parameters
          .views()
          .forEach((name, now) -> {
            NDArray then = start.get(name);
            out.put(name, then == null ? now : blend(then, now));
          });
      return out;
    }

    private NDArray blend(NDArray then, NDArray now) {
      float[] a = then.floats();
      float[] b = now.floats();
      float[] mixed = new float[a.length];
      for (int i = 0; i < a.length; i++) {
        mixed[i] = (float) (share * a[i] + (1 - share) * b[i]);
      }
      return NDArray.of(mixed, now.shape().sizes());
    }

    @Override
    public void update() {}

    @Override
    public void load(Map<String, NDArray> values) {}

    @Override
    public void close() {}
  }
}
