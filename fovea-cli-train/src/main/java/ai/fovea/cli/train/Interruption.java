package ai.fovea.cli.train;

import ai.fovea.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What there is to tell where somebody ends a training early (Ctrl-C): what was kept, and how to go on. Asked by another thread
/// than that which trains.
final class Interruption implements Supplier<List<String>> {
  private final Path output;
  private final Function<Path, String> goOn;

  /// @param epoch the last one that is in it
  private record Kept(Path prefix, int epoch) {}

  private volatile @Nullable Kept kept;

  /// @param output the folder of the checkpoints
  /// @param goOn the command line that goes on from a checkpoint
  Interruption(Path output, Function<Path, String> goOn) {
    this.output = output;
    this.goOn = goOn;
  }

  /// A checkpoint is there to go on from.
  void saved(Path prefix, int finished) {
    kept = new Kept(prefix, finished);
  }

  @Override
  public List<String> get() {
    Kept from = kept;
    List<String> told = new ArrayList<>();
    if (from == null) {
      told.add("interrupted before the first epoch was finished: nothing was kept");
    } else {
      told.add(
          "interrupted; the state after epoch " + from.epoch() + " is kept in " + from.prefix());
      told.add("next: " + goOn.apply(from.prefix()));
    }
    left().ifPresent(told::add);
    return told;
  }

  private Optional<String> left() {
    try {
      List<Path> left = Checkpoint.unfinished(output);
      return left.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "a checkpoint was being saved; the next training there removes what is left of it: "
                  + left.stream().map(Path::toString).collect(Collectors.joining(", ")));
    } catch (IOException e) {
      return Optional.empty(); // this is told while the program ends
    }
  }
}
