package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.decision.Decider;
import ai.fovea.gallery.decision.Decision;
import ai.fovea.gallery.decision.DecisionPolicy;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.observe.Stage;
import ai.fovea.recognize.observe.StageTimer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/// Looks images up in a gallery. Thread-safe; embedder and gallery stay the caller's to close.
///
/// ```java
/// try (var embedder = Embedder.standard();
///     var gallery = LocalGallery.openReadOnly(Path.of("mugs"))) {
///   Recognition r = new Recognizer(embedder, gallery).recognize(Path.of("query.jpg"));
///   System.out.println(r.label().orElse("unknown") + " " + r.score());
/// }
/// ```
public final class Recognizer {
  private final Embedder embedder;
  private final GalleryReader gallery;
  private final Decider decider;
  private final Filter filter;

  /// With the gallery's own threshold.
  ///
  /// @throws ModelException if the gallery's vectors come from another model
  public Recognizer(Embedder embedder, GalleryReader gallery) {
    this(embedder, gallery, DecisionPolicy.DEFAULT);
  }

  /// With a policy of the caller's.
  ///
  /// @throws ModelException if the gallery's vectors come from another model
  public Recognizer(Embedder embedder, GalleryReader gallery, DecisionPolicy policy) {
    this(embedder, gallery, policy, Filter.everything());
  }

  /// With a policy of the caller's, as if the gallery had only the images that `filter` accepts.
  ///
  /// @throws ModelException if the gallery's vectors come from another model
  /// @throws ai.fovea.gallery.GalleryException where the gallery can't evaluate the filter
  public Recognizer(
      Embedder embedder, GalleryReader gallery, DecisionPolicy policy, Filter filter) {
    gallery.guarantees().require(filter);
    ModelCheck.require(
        "the gallery",
        gallery.info().settings().modelId(),
        embedder.name(),
        embedder.id(),
        "open it with its own model or build it again");
    this.embedder = embedder;
    this.gallery = gallery;
    this.decider = new Decider(gallery, policy);
    this.filter = filter;
  }

  private Recognizer(Embedder embedder, GalleryReader gallery, Decider decider, Filter filter) {
    this.embedder = embedder;
    this.gallery = gallery;
    this.decider = decider;
    this.filter = filter;
  }

  /// The same among the images that `other` accepts too: as if the gallery had no others.
  ///
  /// @throws ai.fovea.gallery.GalleryException where the gallery can't evaluate the filter
  public Recognizer where(Filter other) {
    Filter both = filter instanceof Filter.Everything ? other : filter.and(other);
    gallery.guarantees().require(both);
    return new Recognizer(embedder, gallery, decider, both);
  }

  /// The embedder.
  public Embedder embedder() {
    return embedder;
  }

  /// The gallery.
  public GalleryReader gallery() {
    return gallery;
  }

  /// What an image shows.
  ///
  /// @throws ai.fovea.image.ImageException naming image and reason, if it can't be read or decoded
  public Recognition recognize(ImageSource image) {
    long start = System.nanoTime();
    Decision decision = decide(embedder.embed(image));
    return Recognition.of(image.name(), decision, (System.nanoTime() - start) / 1e6);
  }

  /// What the image in a file shows.
  ///
  /// @throws ai.fovea.image.ImageException naming file and reason, if it can't be read or decoded
  public Recognition recognize(Path file) {
    return recognize(ImageSource.of(file));
  }

  /// What an encoded image shows.
  ///
  /// @param name what errors and the result call it
  public Recognition recognize(byte[] file, String name) {
    return recognize(ImageSource.of(file, name));
  }

  /// What many images show, in order. One that can't be used does not stop the others.
  public List<Result<Recognition>> recognizeAll(List<? extends ImageSource> images) {
    return recognizeAll(images, _ -> {});
  }

  /// As [#recognizeAll(List)]. The time of a result is its share of the whole.
  ///
  /// @param progress told the number of images done after each batch
  public List<Result<Recognition>> recognizeAll(
      List<? extends ImageSource> images, IntConsumer progress) {
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
      return decider.decide(vector, filter);
    }
  }
}
