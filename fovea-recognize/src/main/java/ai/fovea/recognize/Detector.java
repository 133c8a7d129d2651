package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.post.Detection;
import ai.fovea.recognize.post.Output;
import ai.fovea.recognize.post.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/// Finds objects in images: a view of a session. Thread-safe; closing it closes the session, which waits for calls that run. Closing may be
/// repeated; calls that begin later throw [IllegalStateException].
public final class Detector implements AutoCloseable {
  private final ImageRunner runner;

  private Detector(ImageRunner runner) {
    this.runner = runner;
  }

  /// Opens the detector in a model folder.
  public static Detector open(Path folder) throws IOException {
    return of(ModelFolder.open(folder), ModelOptions.DEFAULT);
  }

  /// Opens a detector.
  ///
  /// @throws ModelException if the model is something else, or prepares images for another size than it takes
  public static Detector of(ModelFolder folder, ModelOptions options) {
    Views.require(folder.place(), folder.specification(), Task.DETECTION);
    return new Detector(ModelSession.open(folder, options));
  }

  /// A view of a session, or of a batcher in front of one.
  ///
  /// @param runner closed with the detector
  /// @throws ModelException if the model is something else
  public static Detector of(ImageRunner runner) {
    Views.require(runner.session().place(), runner.session().specification(), Task.DETECTION);
    return new Detector(runner);
  }

  /// The session that runs.
  public ModelSession session() {
    return runner.session();
  }

  /// The objects in an image, by class, within a class best first.
  ///
  /// @throws ai.fovea.image.ImageException naming image and reason, if it can't be read or decoded
  /// @throws ModelException if the model's outputs for it are not finite numbers
  public List<Detection> detect(ImageSource image) {
    return Views.detections(runner.run(image));
  }

  /// The objects in the image in a file.
  ///
  /// @throws ai.fovea.image.ImageException naming file and reason, if it can't be read or decoded
  public List<Detection> detect(Path file) {
    return detect(ImageSource.of(file));
  }

  /// The objects in an encoded image (JPEG, PNG, WebP, BMP, TIFF, GIF).
  ///
  /// @param name what errors call it
  /// @throws ai.fovea.image.ImageException naming image and reason, if it can't be decoded
  public List<Detection> detect(byte[] file, String name) {
    return detect(ImageSource.of(file, name));
  }

  /// The objects in many images, in order. One that can't be used does not stop the others.
  public List<Result<List<Detection>>> detectAll(List<? extends ImageSource> images) {
    return detectAll(images, _ -> {});
  }

  /// As [#detectAll(List)].
  ///
  /// @param progress told the number of images done after each batch
  public List<Result<List<Detection>>> detectAll(
      List<? extends ImageSource> images, IntConsumer progress) {
    var all = new ArrayList<Result<List<Detection>>>(images.size());
    for (Result<Output> output : runner.runAll(images, progress)) {
      all.add(output.map(Views::detections));
    }
    return all;
  }

  @Override
  public void close() {
    runner.close();
  }
}
