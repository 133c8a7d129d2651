package ai.fovea.train;

import java.nio.file.Path;

/// A training in a process of its own, which tells each iteration on its standard output, so that a test can kill it.
final class InterruptedTraining {
  private InterruptedTraining() {}

  /// Trains on the images in the first folder, with checkpoints in the second.
  public static void main(String[] folders) throws Exception {
    TrainListener listener =
        event -> {
          if (event instanceof TrainEvent.IterationDone done) {
            System.out.println(done.epoch() + "/" + (done.iteration() + 1));
          }
        };
    new Trainer(TinyImages.recipe(Path.of(folders[0]), Path.of(folders[1])), 1, listener).run();
  }
}
