package ai.fovea.recognize;

import ai.fovea.gallery.Decision;
import ai.fovea.gallery.DecisionPolicy;
import ai.fovea.gallery.Gallery;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.observe.Stage;
import ai.fovea.recognize.observe.StageTimer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/// Looks images up in a gallery. Thread-safe; embedder and gallery stay the caller's to close.
///
/// ```java
/// try (var embedder = Embedder.standard();
///     var gallery = Gallery.openReadOnly(Path.of("mugs"))) {
///   Recognition r = new Recognizer(embedder, gallery).recognize(Path.of("query.jpg"));
///   System.out.println(r.label().orElse("unknown") + " " + r.score());
/// }
/// ```
public final class Recognizer {
  private final Embedder embedder;
  private final Gallery gallery;
  private final DecisionPolicy policy;

  /// With the gallery's own threshold.
  ///
  /// @throws ModelException if the gallery's vectors come from another model
  public Recognizer(Embedder embedder, Gallery gallery) throws ModelException {
    this(embedder, gallery, DecisionPolicy.DEFAULT);
  }

  /// With a policy of the caller's.
  ///
  /// @throws ModelException if the gallery's vectors come from another model
  public Recognizer(Embedder embedder, Gallery gallery, DecisionPolicy policy)
      throws ModelException {
    ModelCheck.require(
        "the gallery",
        gallery.info().settings().modelId(),
        embedder.name(),
        embedder.id(),
        "open it with its own model or build it again");
    this.embedder = embedder;
    this.gallery = gallery;
    this.policy = policy;
  }

  /// The embedder.
  public Embedder embedder() {
    return embedder;
  }

  /// The gallery.
  public Gallery gallery() {
    return gallery;
  }

  /// What an image shows.
  ///
  /// @throws ai.fovea.image.PictureException naming image and reason, if it can't be read or decoded
  public Recognition recognize(ImageSource image) throws IOException {
    long start = System.nanoTime();
    Decision decision = decide(embedder.embed(image));
    return Recognition.of(image.name(), decision, (System.nanoTime() - start) / 1e6);
  }

  /// What the image in a file shows.
  ///
  /// @throws ai.fovea.image.PictureException naming file and reason, if it can't be read or decoded
  public Recognition recognize(Path file) throws IOException {
    return recognize(ImageSource.of(file));
  }

  /// What an encoded image shows.
  ///
  /// @param name what errors and the result call it
  public Recognition recognize(byte[] file, String name) throws IOException {
    return recognize(ImageSource.of(file, name));
  }

  /// What many images show, in order. One that can't be used does not stop the others.
  public List<Result<Recognition>> recognizeAll(List<? extends ImageSource> images)
      throws IOException {
    return recognizeAll(images, _ -> {});
  }

  /// As [#recognizeAll(List)]. The time of a result is its share of the whole.
  ///
  /// @param progress told the number of images done after each batch
  public List<Result<Recognition>> recognizeAll(
      List<? extends ImageSource> images, IntConsumer progress) throws IOException {
    long start = System.nanoTime();
    List<Result<float[]>> vectors = embedder.embedAll(images, progress);
    var decisions = new ArrayList<Result<Decision>>(images.size());
    vectors.forEach(v -> decisions.add(v.map(this::decide)));
    double each = (System.nanoTime() - start) / 1e6 / Math.max(1, images.size());
    var all = new ArrayList<Result<Recognition>>(images.size());
    for (int i = 0; i < images.size(); i++) {
      String name = images.get(i).name();
      all.add(decisions.get(i).map(d -> Recognition.of(name, d, each)));
    }
    return all;
  }

  private Decision decide(float[] vector) {
    try (var _ =
        StageTimer.start(
            Stage.SEARCH, embedder.name(), 1, embedder.session().options().listener())) {
      return gallery.decide(vector, policy);
    }
  }
}
