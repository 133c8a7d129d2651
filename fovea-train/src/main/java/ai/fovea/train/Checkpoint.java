package ai.fovea.train;

import ai.fovea.base.AtomicFile;
import ai.fovea.graph.NDArray;
import ai.fovea.weights.FiniteWeights;
import ai.fovea.weights.PaddleParams;
import ai.fovea.weights.Pickle;
import ai.fovea.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// Everything from which training goes on: `NAME.pdparams`, `NAME.pdopt`, `NAME.pdstates`, and with an average
/// `NAME.pdema`. PaddlePaddle reads the weights.
///
/// With an average the `.pdparams` hold it, since it is what is evaluated and exported, and `.pdema` the raw weights,
/// as in the reference.
///
/// @param weights by name: the averaged ones where there is an average
/// @param raw the weights that training goes on from, where there is an average
/// @param optimizers one state an optimizer, in the order of the configuration
/// @param states `epoch` (finished), `metric` of this epoch, `best_metric`, `global_step`
public record Checkpoint(
    Map<String, NDArray> weights,
    Optional<Map<String, NDArray>> raw,
    List<OptimizerState> optimizers,
    Map<String, Double> states) {

  /// What an optimizer and its schedule remember.
  ///
  /// @param accumulators by parameter name and Paddle's name of the accumulator
  /// @param schedule by Paddle's names; empty for a schedule that is a function of the step
  public record OptimizerState(Map<String, NDArray> accumulators, Map<String, Double> schedule) {
    /// Where Paddle's optimizers keep the state of their schedule.
    private static final String SCHEDULE = "LR_Scheduler";

    private Map<String, Object> toPickle() {
      var all = new LinkedHashMap<String, Object>(accumulators);
      if (!schedule.isEmpty()) {
        all.put(SCHEDULE, new LinkedHashMap<String, Object>(schedule));
      }
      return all;
    }

    private static OptimizerState of(Map<?, ?> pickled) {
      var accumulators = new LinkedHashMap<String, NDArray>();
      var schedule = new LinkedHashMap<String, Double>();
      pickled.forEach((key, value) -> {
        if (value instanceof NDArray array) {
          accumulators.put(key.toString(), array);
        } else if (key.equals(SCHEDULE) && value instanceof Map<?, ?> map) {
          map.forEach((k, v) -> {
            if (v instanceof Number n) {
              schedule.put(k.toString(), n.doubleValue());
            }
          });
        }
      });
      return new OptimizerState(accumulators, schedule);
    }
  }

  // In the order in which they are renamed: while weights are there under the other name, an
  // average
  // that is not there never was; states tell that all is done.
  private static final List<String> SUFFIXES =
      List.of(".pdparams", ".pdema", ".pdopt", ".pdstates");
  private static final List<String> COUNTS = List.of("epoch", "global_step");

  /// Writes the files, first all of them under another name: one before, of the same name, stays whole until they are on
  /// disk, and [#read] finds one of both whatever stops the program in between.
  ///
  /// @param prefix path without suffix, e.g. `output/latest`
  public void write(Path prefix) throws IOException {
    if (isHalfRenamed(prefix)) {
      rename(prefix);
    }
    Path next = next(prefix);
    try {
      removeLeft(prefix);
      for (String suffix : SUFFIXES) {
        AtomicFile.delete(with(next, suffix));
      }
      PaddleParams.write(with(next, ".pdparams"), weights);
      Pickle.write(
          with(next, ".pdopt"), optimizers.stream().map(OptimizerState::toPickle).toList());
      if (raw.isPresent()) {
        PaddleParams.write(with(next, ".pdema"), raw.get());
      }
      var plain = new LinkedHashMap<String, Object>();
      // Counts are whole numbers, which the reference counts on with.
      states.forEach((k, v) -> plain.put(k, COUNTS.contains(k) ? (Object) v.longValue() : v));
      Pickle.write(with(next, ".pdstates"), plain);
    } catch (IOException e) {
      remove(next, e);
      throw new IOException(prefix + ": the checkpoint can't be saved: " + e.getMessage(), e);
    }
    rename(prefix);
  }

  /// Deletes what was left in a checkpoint's folder where a program was killed while it saved one there.
  static void removeLeft(Path prefix) throws IOException {
    Path folder = prefix.toAbsolutePath().getParent();
    if (folder != null) {
      AtomicFile.removeLeft(
          folder,
          name ->
              name.startsWith(".")
                  && SUFFIXES.stream().anyMatch(suffix -> name.endsWith(".next" + suffix)));
      for (Path file : unfinished(folder)) {
        if (!isOfWholeSet(file)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /// Whether the set that a file of [#unfinished] belongs to has its states, which are written last, and lacks its name alone.
  static boolean isOfWholeSet(Path file) {
    String name = file.getFileName().toString();
    return Files.exists(
        file.resolveSibling(name.substring(0, name.indexOf(".next.")) + ".next.pdstates"));
  }

  /// The files that lie in a folder under the name of sets that are not whole yet: of one that is being written, or was when the
  /// program was ended.
  public static List<Path> unfinished(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(
              f -> f.getFileName().toString().matches("\\..+\\.next\\.pd[a-z]+(?:\\..+\\.tmp)?"))
          .sorted()
          .toList();
    }
  }

  private static void remove(Path next, IOException failure) {
    for (String suffix : SUFFIXES) {
      try {
        Files.deleteIfExists(with(next, suffix));
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }

  /// Gives the next set its name, file by file; without states neither set is taken for whole meanwhile.
  private static void rename(Path prefix) throws IOException {
    Path next = next(prefix);
    AtomicFile.delete(with(prefix, ".pdstates"));
    boolean begins = Files.exists(with(next, ".pdparams"));
    if (begins && !Files.exists(with(next, ".pdema"))) {
      AtomicFile.delete(with(prefix, ".pdema"));
    }
    for (String suffix : SUFFIXES) {
      if (Files.exists(with(next, suffix))) {
        AtomicFile.rename(with(next, suffix), with(prefix, suffix));
      }
    }
  }

  /// Whether the program was stopped in [#rename].
  private static boolean isHalfRenamed(Path prefix) {
    return !Files.exists(with(prefix, ".pdstates"))
        && Files.exists(with(next(prefix), ".pdstates"));
  }

  /// What a set is called until it is whole.
  static Path next(Path prefix) {
    return prefix.resolveSibling("." + prefix.getFileName() + ".next");
  }

  /// Reads what [#write] wrote.
  ///
  /// @throws WeightsException naming the file that is missing or damaged
  public static Checkpoint read(Path prefix) throws IOException {
    Optional<String> missing = missing(prefix);
    if (missing.isPresent()) {
      throw new WeightsException(missing.get());
    }
    Path params = present(prefix, ".pdparams");
    // Beside weights that have the other name still, that of another set is left from before.
    Path ema =
        params.equals(with(prefix, ".pdparams"))
            ? present(prefix, ".pdema")
            : with(next(prefix), ".pdema");
    Optional<Map<String, NDArray>> raw =
        Files.exists(ema) ? Optional.of(PaddleParams.read(ema).tensors()) : Optional.empty();
    Path opt = present(prefix, ".pdopt");
    Object content = Pickle.read(opt);
    List<OptimizerState> optimizers =
        (content instanceof List<?> list ? list : List.of(content))
            .stream()
                .map(one -> OptimizerState.of(one instanceof Map<?, ?> map ? map : Map.of()))
                .toList();
    Map<String, Double> states = states(prefix);
    Map<String, NDArray> weights = PaddleParams.read(params).tensors();
    FiniteWeights.require(params.toString(), weights);
    if (raw.isPresent()) {
      FiniteWeights.require(ema.toString(), raw.get());
    }
    for (OptimizerState state : optimizers) {
      FiniteWeights.require(opt.toString(), state.accumulators());
    }
    return new Checkpoint(weights, raw, optimizers, states);
  }

  private static Map<String, Double> states(Path prefix) throws IOException {
    Path file = present(prefix, ".pdstates");
    var states = new LinkedHashMap<String, Double>();
    if (Pickle.read(file) instanceof Map<?, ?> map) {
      map.forEach((k, v) -> {
        if (v instanceof Number n) {
          states.put(k.toString(), n.doubleValue());
        }
      });
    }
    return states;
  }

  /// The epoch that a checkpoint was saved after; empty where its states don't tell.
  static OptionalInt epoch(Path prefix) {
    try {
      return finished(states(prefix));
    } catch (IOException | WeightsException e) {
      return OptionalInt
          .empty(); // they are missing or damaged, which matters to nobody who does not go on from
      // them
    }
  }

  /// The epoch that this was saved after; 0 where its states don't tell.
  int epoch() {
    return finished(states).orElse(0);
  }

  private static OptionalInt finished(Map<String, Double> states) {
    Double epoch = states.get("epoch");
    return epoch == null ? OptionalInt.empty() : OptionalInt.of(epoch.intValue());
  }

  /// Which file of a checkpoint is not there, if any.
  static Optional<String> missing(Path prefix) {
    return Stream.of(".pdparams", ".pdopt", ".pdstates")
        .filter(suffix -> !Files.isRegularFile(present(prefix, suffix)))
        .findFirst()
        .map(suffix ->
            with(prefix, suffix) + ": missing; a checkpoint is .pdparams, .pdopt and .pdstates");
  }

  /// A file of the set that is whole: under its name, or, where the program was stopped while it was renamed, the other.
  private static Path present(Path prefix, String suffix) {
    Path next = with(next(prefix), suffix);
    return isHalfRenamed(prefix) && Files.exists(next) ? next : with(prefix, suffix);
  }

  private static Path with(Path prefix, String suffix) {
    return prefix.resolveSibling(prefix.getFileName() + suffix);
  }
}
