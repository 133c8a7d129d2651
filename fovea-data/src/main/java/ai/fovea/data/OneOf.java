package ai.fovea.data;

import ai.fovea.graph.NDArray;
import java.util.List;
import java.util.random.RandomGenerator;

/// One of several batch transforms, drawn for each batch; none of them for the rest of the probability, which leaves the batch
/// as it is. `OpSampler` of configurations.
///
/// Where one of them mixes labels, those of the batches that are left as they are become distributions too, so that a loss
/// sees one form.
///
/// @param choices whose probabilities sum up to 1 at most
/// @param classes how many classes there are
public record OneOf(List<Choice> choices, int classes) implements BatchTransform {
  private static final double ROUNDING = 1e-9;

  /// A transform with its probability, 0 to 1.
  public record Choice(BatchTransform transform, double probability) {
    /// Checks the range.
    public Choice {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException("prob must lie in [0, 1], is " + probability);
      }
    }
  }

  /// Copies the list and checks the sum.
  public OneOf {
    choices = List.copyOf(choices);
    double sum = choices.stream().mapToDouble(Choice::probability).sum();
    if (sum > 1 + ROUNDING) {
      throw new IllegalArgumentException(
          "the probabilities sum up to " + sum + ", which must not be more than 1");
    }
  }

  @Override
  public Batch apply(Batch batch, RandomGenerator random) {
    double at = random.nextDouble();
    for (Choice c : choices) {
      at -= c.probability();
      if (at < 0) {
        return c.transform().apply(batch, random);
      }
    }
    if (!mixesLabels()) {
      return batch;
    }
    NDArray labels = batch.get(Batch.LABEL);
    return batch.with(Batch.LABEL, Mixing.labels(labels, new int[batch.size()], 1, classes));
  }

  @Override
  public boolean mixesLabels() {
    return choices.stream().anyMatch(c -> c.transform().mixesLabels());
  }
}
