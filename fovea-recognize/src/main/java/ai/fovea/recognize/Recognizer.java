package ai.fovea.recognize;

import ai.fovea.gallery.DecisionPolicy;
import ai.fovea.gallery.Gallery;
import java.io.IOException;
import java.nio.file.Path;

/// Looks pictures up in a gallery. Thread-safe; embedder and gallery stay the caller's to close.
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
    String theirs = gallery.info().settings().modelId();
    if (!theirs.equals(embedder.modelId())) {
      throw new ModelException(
          "the gallery was made with another model (%.12s…) than %s (%.12s…): vectors of two models can't be compared; open it with its own model or build it again"
              .formatted(theirs, embedder.name(), embedder.modelId()));
    }
    this.embedder = embedder;
    this.gallery = gallery;
    this.policy = policy;
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
    var decision = gallery.decide(embedder.embed(file, name), policy);
    return Recognition.of(name, decision, (System.nanoTime() - start) / 1e6);
  }
}
