package ai.fovea.train;

/// Receives the events of a training, one after the other, usually on the training thread.
@FunctionalInterface
public interface TrainListener {
  /// Receives an event. What it throws ends the training.
  void on(TrainEvent event);
}
