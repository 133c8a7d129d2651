package ai.fovea.train;

import ai.fovea.base.AtomicFile;
import ai.fovea.config.ShellWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The checkpoints in the folder that a training writes into and that are not of its own line: of another training, or of later epochs
/// than the one it goes on from. They are moved aside before the first one of the new training is written: the reference replaces
/// some of them and leaves others, so that an `epoch_10` may be of either.
///
/// @param folder where they lie
/// @param what whose they are, in words
/// @param files all of them
/// @param aside where they are moved to
record FormerTraining(Path folder, String what, List<Path> files, Path aside) {
  private static final Pattern OURS =
      Pattern.compile(
          "(?:(latest|best_model(?:_.+)?|epoch_\\d+)|\\.(\\w+)\\.next)\\.pd(?:params|ema|opt|states)");

  /// Empty; in the folder aside while files are moved there.
  private static final String MOVING = ".moving";

  /// What lies in a folder, if anything does.
  static Optional<FormerTraining> in(Path folder) throws IOException {
    return of(folder, "checkpoints of another training", checkpoints(folder));
  }

  /// What lies beside a checkpoint and is of a later epoch; nothing where it is the newest.
  ///
  /// @param epoch that of the checkpoint
  static Optional<FormerTraining> after(Path folder, int epoch) throws IOException {
    List<Path> files = checkpoints(folder);
    Set<String> later = new HashSet<>();
    Set<String> unknown = new HashSet<>();
    for (String name : files.stream().map(FormerTraining::checkpoint).distinct().toList()) {
      OptionalInt its = Checkpoint.epoch(folder.resolve(name));
      if (its.isEmpty()) {
        unknown.add(name);
      } else if (its.getAsInt() > epoch) {
        later.add(name);
      }
    }
    if (!later.isEmpty()) {
      later.addAll(unknown); // of the former line too, or nobody can tell
    }
    return of(
        folder,
        "checkpoints of epochs after " + epoch,
        files.stream().filter(f -> later.contains(checkpoint(f))).toList());
  }

  private static Optional<FormerTraining> of(Path folder, String what, List<Path> files) {
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(new FormerTraining(folder, what, files, free(folder, files)));
  }

  private static List<Path> checkpoints(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(FormerTraining::isCheckpoint).sorted().toList();
    }
  }

  /// The name of the checkpoint that a file belongs to.
  private static String checkpoint(Path file) {
    Matcher name = OURS.matcher(file.getFileName().toString());
    if (!name.matches()) {
      throw new IllegalArgumentException(file + " is no checkpoint's");
    }
    return name.group(1) != null ? name.group(1) : name.group(2);
  }

  private static boolean isCheckpoint(Path file) {
    String name = file.getFileName().toString();
    return OURS.matcher(name).matches() && (!name.startsWith(".") || Checkpoint.isOfWholeSet(file));
  }

  /// The last folder of the kind, where a program was ended between the moves and none of these names is there yet; else the next. What was moved as a whole
  /// is of one training, and nothing is added to it.
  private static Path free(Path folder, List<Path> files) {
    int n = 1;
    while (isAnythingAt(aside(folder, n + 1))) {
      n++;
    }
    Path last = aside(folder, n);
    boolean usable =
        !isAnythingAt(last)
            || (isAnythingAt(last.resolve(MOVING))
                && files.stream().noneMatch(f -> isAnythingAt(last.resolve(f.getFileName()))));
    return usable ? last : aside(folder, n + 1);
  }

  private static Path aside(Path folder, int n) {
    return folder.resolve("former-" + n);
  }

  /// Also a link that leads nowhere.
  private static boolean isAnythingAt(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /// What becomes of them, in words.
  String told() {
    Path latest = folder.resolve("latest");
    return folder
        + ": holds "
        + what
        + ", which are moved to "
        + aside
        + " when the first epoch is done"
        + (Checkpoint.missing(latest).isEmpty()
            ? "; to go on with that training instead: -o "
                + ShellWords.quoted("Global.checkpoints=" + latest)
            : "");
  }

  /// Moves them, the latest at last.
  void moveAside() throws IOException {
    Files.createDirectories(aside);
    Path moving = aside.resolve(MOVING);
    if (!Files.exists(moving)) {
      Files.createFile(moving);
    }
    for (Path file : files) {
      if (Files.exists(file)) {
        AtomicFile.rename(file, aside.resolve(file.getFileName()));
      }
    }
    Files.delete(moving);
  }
}
