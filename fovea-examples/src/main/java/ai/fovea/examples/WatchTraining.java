package ai.fovea.examples;

import ai.fovea.train.Cancellation;
import ai.fovea.train.TrainEvent;
import ai.fovea.train.TrainListener;
import ai.fovea.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Watches a training by its events, and ends it early. A [Cancellation] may be used from any
/// thread: a button, a signal; here it is the second iteration of the second epoch.
public final class WatchTraining {
  private WatchTraining() {}

  /// Prints what happens, and what is left.
  public static void main(String[] args) throws IOException {
    Trainer.Outcome outcome = train(Samples.folder(), System.out::println);
    System.out.println("ended early: " + outcome.stopped().orElse("no"));
    System.out.println("to go on from: " + outcome.weights().orElseThrow());
  }

  static Trainer.Outcome train(Path output, Consumer<String> lines) throws IOException {
    var cancellation = new Cancellation();
    TrainListener listener =
        event -> {
          switch (event) {
            case TrainEvent.Started s -> lines.accept(s.epochs() + " epochs of " + s.iterations());
            case TrainEvent.IterationDone done -> {
              if (done.epoch() == 2 && done.iteration() == 1) {
                cancellation.cancel();
              }
            }
            case TrainEvent.EpochDone done ->
                lines.accept(
                    "epoch %d: loss %.3f".formatted(done.epoch(), done.averages().get("loss")));
            case TrainEvent.Saved saved -> lines.accept("saved " + saved.prefix().getFileName());
            case TrainEvent.Stopped stopped -> lines.accept("stopped: " + stopped.reason());
            default -> {} // notes, checks and evaluations
          }
        };
    return new Trainer(Samples.toy(output), 1, listener, cancellation).run();
  }
}
