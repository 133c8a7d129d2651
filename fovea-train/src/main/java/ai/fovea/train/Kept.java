package ai.fovea.train;

import ai.fovea.config.ShellWords;
import java.nio.file.Path;
import java.util.Optional;

/// The last good checkpoint of a training, for messages where it ends early.
final class Kept {
  private Optional<Path> prefix = Optional.empty();

  /// Notes a checkpoint.
  void saved(Path latest) {
    prefix = Optional.of(latest);
  }

  /// What can be gone on from.
  String told() {
    return prefix
        .map(p ->
            "the last good checkpoint is "
                + p
                + ": -o "
                + ShellWords.quoted("Global.checkpoints=" + p))
        .orElse("no checkpoint was written yet");
  }
}
