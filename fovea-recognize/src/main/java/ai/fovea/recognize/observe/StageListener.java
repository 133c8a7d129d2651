package ai.fovea.recognize.observe;

/// Is told how long each stage took. Called by many threads at once, in the midst of their work: it must be quick and must not throw.
@FunctionalInterface
public interface StageListener {
  /// Is told nothing.
  StageListener NONE = (_, _, _, _) -> {};

  /// A stage has ended, well or with an error.
  ///
  /// @param model the model's name
  /// @param images how many images it was about
  /// @param nanoseconds how long it took
  void ended(Stage stage, String model, int images, long nanoseconds);
}
