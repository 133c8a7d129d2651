package ai.fovea.train;

import java.nio.file.Path;

/// A training in a process of its own, which tells each iteration on its standard output, so that a test can kill it.
final class InterruptedTraining {
  private InterruptedTraining() {}

  /// Trains on the pictures in the first folder, with checkpoints in the second.
  public static void main(String[] folders) throws Exception {
    var listener =
        new TrainListener() {
          @Override
          public void line(String text) {}

          @Override
          public void progress(int epoch, int iteration, int of) {
            System.out.println(epoch + "/" + iteration);
          }
        };
    new Trainer(TinyPictures.recipe(Path.of(folders[0]), Path.of(folders[1])), 1, listener).run();
  }
}
