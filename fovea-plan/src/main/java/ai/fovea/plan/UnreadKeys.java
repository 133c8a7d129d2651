package ai.fovea.plan;

import ai.fovea.config.Config;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What becomes of the keys of a configuration that nothing in Fovea reads.
///
/// A key that would change the result is refused, wherever it stands. One that changes none (how many processes read images,
/// where a picture of the run is drawn) is told once. Any other is most likely misspelt: refused where it comes from an
/// option, told where it stands in the file, since files of the reference hold keys that the reference does not read either. Those
/// of them that are known are told as such, and no error anywhere.
public final class UnreadKeys {
  /// A setting whose result Fovea can't give.
  ///
  /// @param key full path
  /// @param training whether it concerns training alone
  /// @param what it asks for
  /// @param without value that switches it off
  private record Unsupported(String key, boolean training, String what, String without) {}

  private static final List<Unsupported> UNSUPPORTED =
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
          new Unsupported("Global.train_mode", true, "another way of training", "None"),
          new Unsupported("Global.iter_per_epoch", true, "epochs of a fixed length", "None"),
          new Unsupported("Global.use_multilabel", false, "several labels an image", "False"),
          new Unsupported("Global.feature_binarize", false, "binary features", "None"),
          new Unsupported("Global.re_ranking", false, "re-ranking", "False"));

  /// Keys that change no result here, as patterns of full paths; the group is what is told.
  private static final Pattern WITHOUT_EFFECT =
      Pattern.compile(
          "(Global\\.(?:use_visualdl|vdl_dir|to_static|use_dali|save_inference_dir|infer_imgs"
              + "|infer_config|image_channel|model_name|uniform_output_enabled|save_params_only"
              + "|print_mem_info|log_ranker)"
              + "|profiler_options|AMP|Infer|PostProcess|IndexProcess|Loss\\.Eval"
              + "|DataLoader\\.(?:Train|Eval|Eval\\.Query|Eval\\.Gallery)\\.loader)(?:\\..*)?");

  /// Sections of those that some commands read.
  private static final Set<String> USED_IN_PART = Set.of("Infer", "PostProcess");

  /// Keys that files of the reference hold and the reference takes without a look at them: they are no mistake of the user's.
  private static final Pattern NEVER_READ =
      Pattern.compile("Optimizer(?:\\.\\d+(?:\\.\\w+)?)?\\.clip_grad");

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

  /// What of the configuration asks for something that Fovea can't do.
  public static List<String> unsupported(Config config, boolean training) {
    List<String> problems = new ArrayList<>();
    for (Unsupported u : UNSUPPORTED) {
      // Looked at in any case, so that they count as read.
      boolean asked = isAsked(config.value(u.key()));
      if (asked && (training || !u.training())) {
        problems.add(
            "%s: %s is not supported, and the result would be another without; to go on without it: -o %s=%s"
                .formatted(u.key(), u.what(), u.key(), u.without()));
      }
    }
    // A section without the switch means that it is on.
    if (training && config.find("AMP").isPresent() && !config.has("AMP.use_amp")) {
      problems.add(
          "AMP: mixed precision is not supported, and the result would be another without; to go on"
              + " without it: -o AMP.use_amp=False");
    }
    return problems;
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

  /// The options that nothing reads, as problems.
  public static List<String> options(Config config) {
    return config.unreadOptions().stream()
        .filter(key -> !WITHOUT_EFFECT.matcher(key).matches())
        .filter(key -> !NEVER_READ.matcher(key).matches())
        .map(key ->
            "-o "
                + key
                + ": nothing reads this key"
                + Optional.ofNullable(ELSEWHERE.get(key.substring(key.lastIndexOf('.') + 1)))
                    .or(() -> config.nearest(key))
                    .map(n -> "; do you mean " + n + "?")
                    .orElse(", here or in training, evaluation and export"))
        .toList();
  }

  /// A line for the keys that change nothing, and one for those that nothing reads.
  public static List<String> notes(Config config) {
    Set<String> without = new LinkedHashSet<>();
    List<String> never = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (String key : config.unread()) {
      var known = WITHOUT_EFFECT.matcher(key);
      if (known.matches()) {
        // Of a section that this command uses, only what it does not read.
        boolean used = USED_IN_PART.contains(known.group(1)) && config.isRead(known.group(1));
        without.add(used ? key : known.group(1));
      } else if (NEVER_READ.matcher(key).matches()) {
        never.add(key);
      } else {
        unknown.add(key + config.nearest(key).map(n -> " (" + n + " is read)").orElse(""));
      }
    }
    List<String> notes = new ArrayList<>();
    if (!without.isEmpty()) {
      notes.add("without effect here: " + String.join(", ", without));
    }
    if (!never.isEmpty()) {
      notes.add("PaddleClas does not read these keys either: " + String.join(", ", never));
    }
    if (!unknown.isEmpty()) {
      notes.add("nothing reads: " + String.join(", ", unknown));
    }
    return notes;
  }
}
