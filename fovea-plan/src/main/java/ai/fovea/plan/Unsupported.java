package ai.fovea.plan;

import ai.fovea.base.Problems;
import ai.fovea.config.Config;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Settings that are known and ask for something that Fovea can't do: the result would be another without, so they are refused.
///
/// @param key full path
/// @param training whether it concerns training alone
/// @param what it asks for
/// @param without value that switches it off
record Unsupported(String key, boolean training, String what, String without) {
  private static final List<Unsupported> ALL =
      List.of(
          new Unsupported("AMP.use_amp", true, "mixed precision", "False"),
          new Unsupported("AMP.use_fp16_test", false, "evaluation in half precision", "False"),
          new Unsupported("Slim", false, "pruning and quantisation", "None"),
          new Unsupported("MLDecoder", false, "the head ML-Decoder", "None"),
          new Unsupported("SSL", true, "semi-supervised training", "None"),
          new Unsupported("UnLabelLoss", true, "semi-supervised training", "None"),
          new Unsupported("DataLoader.UnLabelTrain", true, "semi-supervised training", "None"),
          new Unsupported("DataLoader.Metalearning", true, "meta-learning", "None"),
          new Unsupported("Loss.Basic", true, "meta-learning", "None"),
          new Unsupported("Loss.MetaTrain", true, "meta-learning", "None"),
          new Unsupported("Loss.MetaTest", true, "meta-learning", "None"),
          new Unsupported("Global.warmup_iter", true, "meta-learning", "None"),
          new Unsupported("Global.train_mode", true, "another way of training", "None"),
          new Unsupported("Global.iter_per_epoch", true, "epochs of a fixed length", "None"),
          new Unsupported("Global.use_multilabel", false, "several labels an image", "False"),
          new Unsupported("Global.feature_binarize", false, "binary features", "None"),
          new Unsupported("Global.re_ranking", false, "re-ranking", "False"));

  /// Those that a configuration asks for.
  ///
  /// @param training whether for training
  static List<String> problems(Config config, boolean training) {
    Config apart = config.apart();
    var problems = new Problems();
    for (Unsupported u : ALL) {
      // Looked at in any case, so that they count as read.
      boolean asked = isAsked(config.value(u.key));
      if (asked && (training || !u.training)) {
        refuse(apart, u.key, u.what, u.key + "=" + u.without);
      }
    }
    // A section without the switch means that it is on.
    if (training && config.find("AMP").isPresent() && !config.has("AMP.use_amp")) {
      refuse(apart, "AMP", "mixed precision", "AMP.use_amp=False");
    }
    problems.collect(() -> apart.check());
    return problems.all();
  }

  private static void refuse(Config config, String key, String what, String remedy) {
    config.problem(
        key,
        what
            + " is not supported, and the result would be another without; to go on without it:"
            + " -o "
            + remedy);
  }

  private static boolean isAsked(Optional<Object> value) {
    return value
        .filter(v ->
            switch (v) {
              case Boolean b -> b;
              case String s ->
                  !s.equalsIgnoreCase("false") && !s.equalsIgnoreCase("none") && !s.isBlank();
              case Map<?, ?> map -> !map.isEmpty();
              case List<?> list -> !list.isEmpty();
              default -> true;
            })
        .isPresent();
  }
}
