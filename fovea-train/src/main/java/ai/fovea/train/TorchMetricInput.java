package ai.fovea.train;

import ai.fovea.data.Batch;
import ai.fovea.graph.NDArray;
import ai.fovea.torch.Outputs;
import ai.fovea.train.metric.MetricInput;

/// The outputs and labels of a batch, copied out of libtorch where a metric asks for them.
record TorchMetricInput(Outputs outputs, Batch batch) implements MetricInput {
  private static final String ASKER = "a metric";

  static MetricInput of(Outputs outputs, Batch batch) {
    return new TorchMetricInput(outputs, batch);
  }

  @Override
  public NDArray output(String name) {
    return outputs.get(name, ASKER).toArray();
  }

  @Override
  public NDArray output(String network, String name) {
    return outputs.get(network, name, ASKER).toArray();
  }

  @Override
  public NDArray labels() {
    return batch.get(Batch.LABEL);
  }
}
