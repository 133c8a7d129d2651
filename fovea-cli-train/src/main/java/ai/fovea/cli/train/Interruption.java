package ai.fovea.cli.train;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What there is to tell where somebody ends a training early (Ctrl-C): what was kept, and how to go on. Asked by another thread
/// than that which trains.
final class Interruption implements Supplier<List<String>> {
  private final Function<Path, String> goOn;

  /// @param epoch the last one that is in it
  private record Kept(Path prefix, int epoch) {}

  private volatile @Nullable Kept kept;

  /// @param goOn the command line that goes on from a checkpoint
  Interruption(Function<Path, String> goOn) {
    this.goOn = goOn;
  }

  /// A checkpoint is there to go on from.
  void saved(Path prefix, int finished) {
    kept = new Kept(prefix, finished);
  }

  @Override
  public List<String> get() {
    Kept from = kept;
    return from == null
        ? List.of("interrupted before the first epoch was finished: nothing was kept")
        : List.of(
            "interrupted; the state after epoch " + from.epoch() + " is kept in " + from.prefix(),
            "next: " + goOn.apply(from.prefix()));
  }
}
