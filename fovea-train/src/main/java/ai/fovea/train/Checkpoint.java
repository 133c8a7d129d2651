package ai.fovea.train;

import ai.fovea.graph.NDArray;
import ai.fovea.weights.AtomicFile;
import ai.fovea.weights.FiniteWeights;
import ai.fovea.weights.PaddleParams;
import ai.fovea.weights.Pickle;
import ai.fovea.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything from which training goes on: `NAME.pdparams`, `NAME.pdopt`, `NAME.pdstates`, and with an average
/// `NAME.pdema`. PaddlePaddle reads the weights.
///
/// With an average the `.pdparams` hold it, since it is what is evaluated and exported, and `.pdema` the raw weights,
/// as in the reference.
///
/// @param weights by name: the averaged ones where there is an average
/// @param raw the weights that training goes on from, where there is an average
/// @param optimizers one state an optimizer
/// @param states `epoch` (finished), `metric` of this epoch, `best_metric`, `global_step`
public record Checkpoint(
    Map<String, NDArray> weights,
    Optional<Map<String, NDArray>> raw,
    List<Map<String, NDArray>> optimizers,
    Map<String, Double> states) {

  private static final List<String> COUNTS = List.of("epoch", "global_step");

  /// Writes the files; each appears whole, the states last, so that a set without them is not taken for complete.
  ///
  /// @param prefix path without suffix, e.g. `output/latest`
  public void write(Path prefix) throws IOException {
    Files.deleteIfExists(with(prefix, ".pdstates"));
    PaddleParams.write(with(prefix, ".pdparams"), weights);
    AtomicFile.write(with(prefix, ".pdopt"), Pickle.dump(optimizers));
    if (raw.isPresent()) {
      PaddleParams.write(with(prefix, ".pdema"), raw.get());
    } else {
      Files.deleteIfExists(with(prefix, ".pdema"));
    }
    var plain = new LinkedHashMap<String, Object>();
    // Counts are whole numbers, which the reference counts on with.
    states.forEach((k, v) -> plain.put(k, COUNTS.contains(k) ? (Object) v.longValue() : v));
    AtomicFile.write(with(prefix, ".pdstates"), Pickle.dump(plain));
  }

  /// Reads what [#write] wrote.
  ///
  /// @throws WeightsException naming the file that is missing or damaged
  public static Checkpoint read(Path prefix) throws IOException {
    for (String suffix : List.of(".pdparams", ".pdopt", ".pdstates")) {
      if (!Files.isRegularFile(with(prefix, suffix))) {
        throw new WeightsException(
            with(prefix, suffix) + ": missing; a checkpoint is .pdparams, .pdopt and .pdstates");
      }
    }
    Path ema = with(prefix, ".pdema");
    Optional<Map<String, NDArray>> raw =
        Files.exists(ema) ? Optional.of(PaddleParams.read(ema).tensors()) : Optional.empty();
    var optimizers = new ArrayList<Map<String, NDArray>>();
    Path opt = with(prefix, ".pdopt");
    Object content = Pickle.load(opt.toString(), Files.readAllBytes(opt));
    for (Object one : content instanceof List<?> list ? list : List.of(content)) {
      var state = new LinkedHashMap<String, NDArray>();
      if (one instanceof Map<?, ?> map) {
        map.forEach((k, v) -> {
          if (v instanceof NDArray array) {
            state.put(k.toString(), array);
          }
        });
      }
      optimizers.add(state);
    }
    Path file = with(prefix, ".pdstates");
    var states = new LinkedHashMap<String, Double>();
    if (Pickle.load(file.toString(), Files.readAllBytes(file)) instanceof Map<?, ?> map) {
      map.forEach((k, v) -> {
        if (v instanceof Number n) {
          states.put(k.toString(), n.doubleValue());
        }
      });
    }
    Path params = with(prefix, ".pdparams");
    Map<String, NDArray> weights = PaddleParams.read(params).tensors();
    FiniteWeights.require(params.toString(), weights);
    if (raw.isPresent()) {
      FiniteWeights.require(ema.toString(), raw.get());
    }
    for (Map<String, NDArray> state : optimizers) {
      FiniteWeights.require(opt.toString(), state);
    }
    return new Checkpoint(weights, raw, optimizers, states);
  }

  private static Path with(Path prefix, String suffix) {
    return prefix.resolveSibling(prefix.getFileName() + suffix);
  }
}
