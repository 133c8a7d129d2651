package ai.fovea.plan;

import ai.fovea.config.Config;
import ai.fovea.data.ImageList;
import ai.fovea.image.transform.Preprocessing;

/// The images of one section of `DataLoader`, their list not opened yet.
///
/// @param key e.g. `DataLoader.Eval.Query`
/// @param section what stands there
/// @param source the list
/// @param preprocessing how images are prepared, for one fixed size
public record DataPlan(
    String key, Config section, ImageList.Source source, Preprocessing preprocessing) {

  /// `{C, H, W}` of a prepared image.
  public int[] shape() {
    return preprocessing.outputShape().orElseThrow();
  }
}
