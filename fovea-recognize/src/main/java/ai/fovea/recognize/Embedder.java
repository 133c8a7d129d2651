package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.Similarity;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.post.Output;
import ai.fovea.recognize.post.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/// Turns images into feature vectors: a view of a session. Thread-safe; closing it closes the session, which waits for calls that run. Closing may be
/// repeated; calls that begin later throw [IllegalStateException].
///
/// ```java
/// try (var embedder = Embedder.standard()) {
///   float[] features = embedder.embed(Path.of("mug.jpg"));
/// }
/// ```
public final class Embedder implements AutoCloseable {
  private final ImageRunner runner;

  private Embedder(ImageRunner runner) {
    this.runner = runner;
  }

  /// The embedder that comes with Fovea.
  public static Embedder standard() {
    return of(ModelFolder.standard(), ModelOptions.DEFAULT);
  }

  /// Opens the embedder in a model folder.
  public static Embedder open(Path folder) throws IOException {
    return of(ModelFolder.open(folder), ModelOptions.DEFAULT);
  }

  /// Opens an embedder.
  ///
  /// @throws ModelException if the model is something else, or prepares images for another size than it takes
  public static Embedder of(ModelFolder folder, ModelOptions options) {
    Views.require(folder.place(), folder.specification(), Task.EMBEDDING);
    return new Embedder(ModelSession.open(folder, options));
  }

  /// A view of a session, or of a batcher in front of one.
  ///
  /// @param runner closed with the embedder
  /// @throws ModelException if the model is something else
  public static Embedder of(ImageRunner runner) {
    Views.require(runner.session().place(), runner.session().specification(), Task.EMBEDDING);
    return new Embedder(runner);
  }

  /// The session that runs.
  public ModelSession session() {
    return runner.session();
  }

  /// What its vectors are compared by.
  public ModelId id() {
    return session().id();
  }

  /// Identifies network, weights and preparation of images; galleries remember it.
  public String modelId() {
    return id().value();
  }

  /// The model's name.
  public String name() {
    return session().specification().name();
  }

  /// How many values a vector has.
  public int dimension() {
    // A network that leaves the length open tells it by what it yields for an empty image.
    OptionalInt length = session().length();
    return Views.dimension(
        session().specification(),
        length.isPresent() ? length.getAsInt() : Views.lengthOf(session().runOnZeros()));
  }

  /// The settings of a gallery of its vectors, which are compared by their cosine.
  public GallerySettings gallerySettings() {
    return new GallerySettings(modelId(), dimension(), Similarity.COSINE);
  }

  /// The features of an image, `[D]`, of unit length where the model says so.
  ///
  /// @throws ai.fovea.image.ImageException naming image and reason, if it can't be read or decoded
  /// @throws ModelException where they are not finite numbers, or to be brought to unit length and zeros alone
  public float[] embed(ImageSource image) {
    return Views.vector(runner.run(image));
  }

  /// The features of the image in a file, `[D]`.
  ///
  /// @throws ai.fovea.image.ImageException naming file and reason, if it can't be read or decoded
  public float[] embed(Path file) {
    return embed(ImageSource.of(file));
  }

  /// The features of an encoded image (JPEG, PNG, WebP, BMP, TIFF, GIF), `[D]`.
  ///
  /// @param name what errors call it
  public float[] embed(byte[] file, String name) {
    return embed(ImageSource.of(file, name));
  }

  /// The features of many images, in order. One that can't be used does not stop the others.
  public List<Result<float[]>> embedAll(List<? extends ImageSource> images) {
    return embedAll(images, _ -> {});
  }

  /// As [#embedAll(List)].
  ///
  /// @param progress told the number of images done after each batch
  public List<Result<float[]>> embedAll(List<? extends ImageSource> images, IntConsumer progress) {
    var all = new ArrayList<Result<float[]>>(images.size());
    for (Result<Output> output : runner.runAll(images, progress)) {
      all.add(output.map(Views::vector));
    }
    return all;
  }

  @Override
  public void close() {
    runner.close();
  }
}
