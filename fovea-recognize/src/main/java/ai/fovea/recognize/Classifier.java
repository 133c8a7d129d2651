package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.post.Output;
import ai.fovea.recognize.post.ScoredClass;
import ai.fovea.recognize.post.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/// Names the classes of images: a view of a session. Thread-safe; closing it closes the session, which waits for calls that run. Closing may be
/// repeated; calls that begin later throw [IllegalStateException].
public final class Classifier implements AutoCloseable {
  private final ImageRunner runner;

  private Classifier(ImageRunner runner) {
    this.runner = runner;
  }

  /// Opens the classifier in a model folder.
  public static Classifier open(Path folder) throws IOException {
    return of(ModelFolder.open(folder), ModelOptions.DEFAULT);
  }

  /// Opens a classifier.
  ///
  /// @throws ModelException if the model is something else, or prepares images for another size than it takes
  public static Classifier of(ModelFolder folder, ModelOptions options) {
    Views.require(folder.place(), folder.specification(), Task.CLASSIFICATION);
    return new Classifier(ModelSession.open(folder, options));
  }

  /// A view of a session, or of a batcher in front of one.
  ///
  /// @param runner closed with the classifier
  /// @throws ModelException if the model is something else
  public static Classifier of(ImageRunner runner) {
    Views.require(runner.session().place(), runner.session().specification(), Task.CLASSIFICATION);
    return new Classifier(runner);
  }

  /// The session that runs.
  public ModelSession session() {
    return runner.session();
  }

  /// The classes of an image as the model gives them: usually the most probable ones, best first.
  ///
  /// @throws ai.fovea.image.ImageException naming image and reason, if it can't be read or decoded
  /// @throws ModelException if the model's outputs for it are not finite numbers
  public List<ScoredClass> classify(ImageSource image) {
    return Views.classes(runner.run(image));
  }

  /// The classes of the image in a file.
  ///
  /// @throws ai.fovea.image.ImageException naming file and reason, if it can't be read or decoded
  public List<ScoredClass> classify(Path file) {
    return classify(ImageSource.of(file));
  }

  /// The classes of an encoded image (JPEG, PNG, WebP, BMP, TIFF, GIF).
  ///
  /// @param name what errors call it
  /// @throws ai.fovea.image.ImageException naming image and reason, if it can't be decoded
  public List<ScoredClass> classify(byte[] file, String name) {
    return classify(ImageSource.of(file, name));
  }

  /// The classes of many images, in order. One that can't be used does not stop the others.
  public List<Result<List<ScoredClass>>> classifyAll(List<? extends ImageSource> images) {
    return classifyAll(images, _ -> {});
  }

  /// As [#classifyAll(List)].
  ///
  /// @param progress told the number of images done after each batch
  public List<Result<List<ScoredClass>>> classifyAll(
      List<? extends ImageSource> images, IntConsumer progress) {
    var all = new ArrayList<Result<List<ScoredClass>>>(images.size());
    for (Result<Output> output : runner.runAll(images, progress)) {
      all.add(output.map(Views::classes));
    }
    return all;
  }

  /// How many classes the model has; empty where its network leaves that open.
  public OptionalInt classes() {
    return session().length();
  }

  @Override
  public void close() {
    runner.close();
  }
}
