package ai.fovea.train;

/// Ends a training when its evaluations have not become better for some time. Comes after the callback that evaluates.
///
/// @param patience how many evaluations in a row without a better value are waited for, 1 or more
public record EarlyStop(int patience) implements Callback {
  /// Checks the range.
  public EarlyStop {
    if (patience < 1) {
      throw new IllegalArgumentException("patience must be 1 or more, is " + patience);
    }
  }

  @Override
  public void beforeTraining(TrainingLoop loop) {
    afterEpoch(loop, loop.state().epoch());
  }

  @Override
  public void afterEpoch(TrainingLoop loop, int epoch) {
    if (loop.state().evaluationsSinceBest() >= patience) {
      loop.stop("no better value in " + patience + " evaluations");
    }
  }
}
