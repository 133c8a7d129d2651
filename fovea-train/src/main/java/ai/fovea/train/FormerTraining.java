package ai.fovea.train;

import ai.fovea.weights.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The checkpoints of another training in the folder that a new one writes into. They are moved aside before the first one of the
/// new training is written: the reference replaces some of them and leaves others, so that an `epoch_10` may be of either.
///
/// @param folder where they lie
/// @param files all of them
/// @param aside where they are moved to
record FormerTraining(Path folder, List<Path> files, Path aside) {
  private static final Pattern OURS =
      Pattern.compile(
          "(?:latest|best_model|epoch_\\d+|\\.\\w+\\.next)\\.pd(?:params|ema|opt|states)");

  /// What lies in a folder, if anything does.
  static Optional<FormerTraining> in(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files = all.filter(FormerTraining::isCheckpoint).sorted().toList();
      return files.isEmpty()
          ? Optional.empty()
          : Optional.of(new FormerTraining(folder, files, free(folder)));
    }
  }

  private static boolean isCheckpoint(Path file) {
    String name = file.getFileName().toString();
    return OURS.matcher(name).matches() && (!name.startsWith(".") || Checkpoint.isOfWholeSet(file));
  }

  private static Path free(Path folder) {
    for (int n = 1; ; n++) {
      Path aside = folder.resolve("former-" + n);
      if (!Files.exists(aside)) {
        return aside;
      }
    }
  }

  /// What becomes of them, in words.
  String told() {
    Path latest = folder.resolve("latest");
    return folder
        + ": holds checkpoints of another training, which are moved to "
        + aside
        + " when the first epoch is done"
        + (Checkpoint.missing(latest).isEmpty()
            ? "; to go on with that training instead: -o Global.checkpoints=" + latest
            : "");
  }

  /// Moves them, the latest at last.
  void moveAside() throws IOException {
    Files.createDirectories(aside);
    for (Path file : files) {
      if (Files.exists(file)) {
        AtomicFile.rename(file, aside.resolve(file.getFileName()));
      }
    }
  }
}
