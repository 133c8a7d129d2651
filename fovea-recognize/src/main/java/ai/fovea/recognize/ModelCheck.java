package ai.fovea.recognize;

import ai.fovea.base.ModelException;

/// Whether vectors of a gallery and of a model may be compared. The one place where that is checked.
public final class ModelCheck {
  private ModelCheck() {}

  /// Refuses vectors of another model.
  ///
  /// @param gallery what errors call the gallery
  /// @param remembered the id that the gallery remembers
  /// @param name the model's
  /// @param remedy what the user can do
  /// @return how the ids relate: the same, or one of an earlier version
  /// @throws ModelException if they are of two models
  public static ModelId.Match require(
      String gallery, String remembered, String name, ModelId id, String remedy) {
    ModelId.Match match = id.match(remembered);
    if (match == ModelId.Match.DIFFERENT) {
      throw new ModelException(
          "%s: made with another model (%.20s) than %s (%.20s), and their vectors can't be compared; %s"
              .formatted(gallery, remembered, name, id.value(), remedy));
    }
    return match;
  }
}
