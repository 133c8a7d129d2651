package ai.fovea.testkit;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Folders of golden files whose subject is not built yet. Their files may look like those of another form (a schedule of
/// detectors is not one of classifiers), so they are left out by the folder's name, with the reason, until it is.
final class Later {
  private static final Map<String, String> FOLDERS =
      Map.of(
          "det_train", "training of detectors is not built yet",
          "paddlex37", "PaddleX 3.7's model folders, data checks and results are not built yet",
          "models_real", "Paddle's inference programs are not built yet");

  private Later() {}

  /// Why a file is left out, if it is.
  static Optional<String> of(Path file) {
    for (Path part : file.toAbsolutePath().normalize()) {
      String reason = FOLDERS.get(part.toString());
      if (reason != null) {
        return Optional.of(part + ": " + reason);
      }
    }
    return Optional.empty();
  }
}
