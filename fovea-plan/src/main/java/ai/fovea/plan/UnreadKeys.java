package ai.fovea.plan;

import ai.fovea.base.Problems;
import ai.fovea.config.Config;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The keys of a configuration that nothing reads, wherever they stand: most likely misspelt. Those of [KeysWithoutEffect] are none.
final class UnreadKeys {
  /// What other programs of Paddle call a key, by the last part of its path.
  private static final Map<String, String> ELSEWHERE =
      Map.ofEntries(
          Map.entry("weights", "Global.pretrained_model"),
          Map.entry("weight_path", "Global.pretrained_model"),
          Map.entry("pretrain_weights", "Global.pretrained_model"),
          Map.entry("pretrain_weight_path", "Global.pretrained_model"),
          Map.entry("resume", "Global.checkpoints"),
          Map.entry("resume_path", "Global.checkpoints"),
          Map.entry("checkpoint", "Global.checkpoints"),
          Map.entry("output", "Global.output_dir"),
          Map.entry("epochs_iters", "Global.epochs"),
          Map.entry("num_classes", "Arch.class_num"),
          Map.entry("batch_size", "DataLoader.Train.sampler.batch_size"),
          Map.entry("learning_rate", "Optimizer.lr.learning_rate"));

  private UnreadKeys() {}

  /// One line for each, with the nearest key that is read.
  ///
  /// @param config of which every section was read
  static List<String> problems(Config config) {
    Set<String> options = new HashSet<>(config.unreadOptions());
    Config apart = config.apart();
    var problems = new Problems();
    for (String key : config.unread()) {
      if (KeysWithoutEffect.of(key).isPresent()) {
        continue;
      }
      String name = key.substring(key.lastIndexOf('.') + 1);
      String told =
          "nothing reads this key"
              + Optional.ofNullable(ELSEWHERE.get(name))
                  .filter(n -> !n.equals(key))
                  .or(() -> config.nearest(key))
                  .map(n -> "; do you mean " + n + "?")
                  .orElse(", here or in training, evaluation and export");
      if (options.contains(key)) {
        problems.add("-o " + key + ": " + told);
      } else {
        apart.problem(key, told);
      }
    }
    problems.collect(() -> apart.check());
    return problems.all();
  }
}
