package ai.fovea.gallery;

/// What is fixed when a gallery is made.
///
/// @param modelId names the model that makes the vectors; vectors of another model can't be compared with them
/// @param dimension the number of values in a vector, 1 to 65536
/// @param similarity how vectors are compared
public record GallerySettings(String modelId, int dimension, Similarity similarity) {
  /// Checks the values.
  public GallerySettings {
    Text.require("model id", modelId);
    if (dimension < 1 || dimension > 1 << 16) {
      throw new IllegalArgumentException("dimension " + dimension + ": expected 1 to 65536");
    }
  }
}
