package ai.fovea.torch;

import ai.fovea.graph.NDArray;
import ai.fovea.graph.Param;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;

/// An exponential moving average of all parameters, running statistics included: `e = d e + (1 - d) w`.
///
/// Owns the averages until it is closed. Not thread-safe.
public final class MovingAverage implements AutoCloseable {
  private final TorchParameters parameters;
  private final double decay;
  private final Map<String, Tensor> averages = new LinkedHashMap<>();
  private final Arena views = Arena.ofShared();

  /// Starts from a copy of the present values.
  ///
  /// @param decay in `[0, 1)`; the reference's default is 0.9999
  public MovingAverage(TorchParameters parameters, double decay) {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("the decay of an average lies in [0, 1): " + decay);
    }
    this.parameters = parameters;
    this.decay = decay;
    try (var _ = new TensorScope()) {
      for (Param p : parameters.params()) {
        if (p.dtype().floating() && p.kind() != Param.Kind.CONSTANT) {
          averages.put(
              p.name(), Torch.noGrad(() -> parameters.get(p.name()).detach().copy().keep()));
        }
      }
    }
  }

  /// Updates the averages with the present values.
  public void update() {
    try (var _ = new TensorScope()) {
      Torch.noGrad(() -> {
        var share = new Scalar(1 - decay);
        averages.forEach((name, e) -> e.raw().lerp_(parameters.get(name).raw(), share));
      });
    }
  }

  /// A copy of the averages.
  public Map<String, NDArray> toArrays() {
    var out = new LinkedHashMap<String, NDArray>();
    averages.forEach((name, e) -> out.put(name, e.toArray()));
    return out;
  }

  /// The averages where they lie, as [TorchParameters#views()]; they can't be read once this is closed.
  public Map<String, NDArray> views() {
    var out = new LinkedHashMap<String, NDArray>();
    averages.forEach((name, e) -> out.put(name, e.view(views)));
    return out;
  }

  /// Goes on from averages that [#toArrays] returned.
  ///
  /// @throws IllegalArgumentException naming an average that is missing
  public void load(Map<String, NDArray> values) {
    try (var _ = new TensorScope()) {
      averages.forEach((name, e) -> {
        NDArray given = values.get(name);
        if (given == null) {
          throw new IllegalArgumentException("no average of " + name);
        }
        e.set(given);
      });
    }
  }

  @Override
  public void close() {
    if (views.scope().isAlive()) {
      views.close();
    }
    averages.values().forEach(Tensor::close);
    averages.clear();
  }
}
