package ai.fovea.gallery;

import ai.fovea.gallery.internal.Texts;
import ai.fovea.index.IndexSettings;
import ai.fovea.index.VectorCheck;
import java.util.Optional;

/// What is fixed when a gallery is made.
///
/// @param modelId names the model that makes the vectors; vectors of another model can't be
///     compared with them
/// @param dimension the number of values in a vector, 1 to 65536
/// @param similarity how vectors are compared
/// @param index how the nearest vectors are found
/// @param durability when changes are durable, that is, survive a power cut; without meaning for a
///     gallery in memory
public record GallerySettings(
    String modelId,
    int dimension,
    Similarity similarity,
    IndexSettings index,
    Durability durability) {
  /// Checks the values.
  public GallerySettings {
    Texts.require("model id", modelId);
    if (dimension < 1 || dimension > 1 << 16) {
      throw new IllegalArgumentException("dimension " + dimension + ": expected 1 to 65536");
    }
  }

  /// With an index of the kind [IndexSettings#HNSW32] (exact up to about a thousand images) and
  /// every change durable when its call returns.
  public GallerySettings(String modelId, int dimension, Similarity similarity) {
    this(modelId, dimension, similarity, IndexSettings.HNSW32, Durability.EACH_CHANGE);
  }

  /// Returns a vector as the gallery stores and searches it: checked, and a copy of length one
  /// under [Similarity#COSINE].
  ///
  /// @param vector `[D]`
  /// @throws IllegalArgumentException for another length, NaN, infinite or huge values, and for
  ///     zero under cosine
  public float[] prepare(float[] vector) {
    Optional<String> problem = VectorCheck.problem(vector, dimension);
    if (problem.isPresent()) {
      throw new IllegalArgumentException("the vector " + problem.get());
    }
    try {
      return similarity.prepare(vector);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the vector " + e.getMessage(), e);
    }
  }

  /// Returns the same with another kind of index.
  public GallerySettings withIndex(IndexSettings kind) {
    return new GallerySettings(modelId, dimension, similarity, kind, durability);
  }

  /// Returns the same with changes that are durable at other times.
  public GallerySettings withDurability(Durability when) {
    return new GallerySettings(modelId, dimension, similarity, index, when);
  }
}
