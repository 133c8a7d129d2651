package ai.fovea.recognize;

import ai.fovea.gallery.Filter;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.decision.Decider;
import ai.fovea.gallery.decision.DecisionPolicy;
import java.io.IOException;
import java.nio.file.Path;

/// Looks pictures up in a gallery. Thread-safe; embedder and gallery stay the caller's to close.
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
  private final Decider decider;
  private final Filter filter;

  /// With the gallery's own threshold.
  ///
  /// @throws ModelException if the gallery's vectors come from another model
  public Recognizer(Embedder embedder, GalleryReader gallery) throws ModelException {
    this(embedder, gallery, DecisionPolicy.DEFAULT);
  }

  /// With a policy of the caller's.
  ///
  /// @throws ModelException if the gallery's vectors come from another model
  public Recognizer(Embedder embedder, GalleryReader gallery, DecisionPolicy policy)
      throws ModelException {
    this(embedder, gallery, policy, Filter.everything());
  }

  /// With a policy of the caller's, as if the gallery had only the images that `filter` accepts.
  ///
  /// @throws ModelException if the gallery's vectors come from another model
  /// @throws ai.fovea.gallery.GalleryException where the gallery can't evaluate the filter
  public Recognizer(Embedder embedder, GalleryReader gallery, DecisionPolicy policy, Filter filter)
      throws ModelException {
    gallery.guarantees().require(filter);
    GallerySettings settings = gallery.info().settings();
    if (!settings.isOfModel(embedder.modelId())) {
      throw new ModelException(
          "the gallery was made with another model (%.12s…) than %s (%.12s…): vectors of two models can't be compared; open it with its own model or build it again"
              .formatted(settings.modelId(), embedder.name(), embedder.modelId()));
    }
    this.embedder = embedder;
    this.decider = new Decider(gallery, policy);
    this.filter = filter;
  }

  /// What a picture shows.
  ///
  /// @throws ai.fovea.image.PictureException naming file and reason, if it can't be read or decoded
  public Recognition recognize(Path file) throws IOException {
    return recognize(embedder.load(file), file.toString());
  }

  /// What an encoded picture shows.
  ///
  /// @param name what errors and the result call it
  public Recognition recognize(byte[] file, String name) throws IOException {
    long start = System.nanoTime();
    var decision = decider.decide(embedder.embed(file, name), filter);
    return Recognition.of(name, decision, (System.nanoTime() - start) / 1e6);
  }
}
