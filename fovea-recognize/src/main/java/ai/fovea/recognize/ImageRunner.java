package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.post.Output;
import java.util.List;
import java.util.function.IntConsumer;

/// What runs a model on images: a session, or a batcher in front of one. Thread-safe.
public sealed interface ImageRunner extends AutoCloseable permits ModelSession, Batcher {
  /// The session that runs.
  ModelSession session();

  /// Runs the model on images.
  ///
  /// @param progress told after each batch how many images are done
  /// @return what became of each, in the same order
  /// @throws ModelException if the network can't be run at all
  /// @throws IllegalStateException if it is closed
  List<Result<Output>> runAll(List<? extends ImageSource> images, IntConsumer progress);

  /// Runs the model on one image.
  ///
  /// @throws ai.fovea.image.ImageException naming image and reason, if it can't be read or decoded
  /// @throws ModelException if the model's outputs for it are no answer
  /// @throws IllegalStateException if it is closed
  default Output run(ImageSource image) {
    return runAll(List.of(image), _ -> {}).getFirst().orThrow();
  }

  /// Waits for calls that run, and releases what it owns. Does nothing the second time.
  @Override
  void close();
}
