package ai.fovea.gallery;

import ai.fovea.index.IndexSettings;

/// What is fixed when a gallery is made.
///
/// @param modelId names the model that makes the vectors; vectors of another model can't be compared with them
/// @param dimension the number of values in a vector, 1 to 65536
/// @param similarity how vectors are compared
/// @param index how the nearest vectors are found
/// @param durability when changes are certain to survive a power cut; without meaning for a gallery in memory
public record GallerySettings(
    String modelId,
    int dimension,
    Similarity similarity,
    IndexSettings index,
    Durability durability) {
  /// Checks the values.
  public GallerySettings {
    Text.require("model id", modelId);
    if (dimension < 1 || dimension > 1 << 16) {
      throw new IllegalArgumentException("dimension " + dimension + ": expected 1 to 65536");
    }
  }

  /// With an index of the kind [IndexSettings#HNSW32] (exact up to about a thousand pictures) and every change certain
  /// when its call returns.
  public GallerySettings(String modelId, int dimension, Similarity similarity) {
    this(modelId, dimension, similarity, IndexSettings.HNSW32, Durability.EACH_CHANGE);
  }

  /// The same with another kind of index.
  public GallerySettings withIndex(IndexSettings kind) {
    return new GallerySettings(modelId, dimension, similarity, kind, durability);
  }

  /// The same with changes certain at other times.
  public GallerySettings withDurability(Durability when) {
    return new GallerySettings(modelId, dimension, similarity, index, when);
  }
}
