package ai.fovea.plan;

import ai.fovea.config.Config;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Keys that stand in files of the reference and that training here does not read. They are no mistakes of the user's: the files go
/// on working, and it is told once that they change nothing.
///
/// @param keys full paths; the first group is what is told
/// @param reference whether the reference does not read them either
/// @param why they have no effect
record KeysWithoutEffect(Pattern keys, boolean reference, String why) {
  private static final String LR = "Optimizer(?:\\.\\d+(?:\\.\\w+)?)?\\.lr\\.";

  /// All of them. Whatever is not here and not read is a mistake.
  static final List<KeysWithoutEffect> ALL =
      List.of(
          never(
              "Optimizer(?:\\.\\d+(?:\\.\\w+)?)?\\.clip_grad",
              "its AdamW takes any key; gradients are clipped by clip_norm"),
          never(
              LR + "(?:decay_epochs|values)",
              "Piecewise alone has them, and not beside learning_rate"),
          never(LR + "(?:epochs|step_each_epoch)", "the length of the training replaces them"),
          never(LR + "verbose", "no schedule computes anything with it"),
          never("Arch\\.BackboneStopLayer\\.output_dim", "the name of the layer is all it takes"),
          never("DataLoader\\.(?:mean|std)", "anchors, for other parts of the file to refer to"),
          here("Global\\.(?:use_visualdl|vdl_dir)", "VisualDL is not written"),
          here("Global\\.(?:to_static|uniform_output_enabled)", "a network is one graph always"),
          here("Global\\.use_dali", "images are decoded by the CPU"),
          here("Global\\.(?:print_mem_info|log_ranker)", "other lines in the log"),
          here("Global\\.save_params_only", "a checkpoint is whole always"),
          here(
              "Global\\.(?:save_inference_dir|model_name|infer_imgs|infer_config)",
              "export and infer read them"),
          here("(profiler_options)(?:\\..*)?", "profiles are made by the tools of the JVM"),
          here(
              "(AMP)\\.(?:level|scale_loss|use_dynamic_loss_scaling|use_promote|master_grad"
                  + "|use_pure_fp16|save_dtype)",
              "settings of mixed precision where it is off"),
          here("(Infer)\\.(?:infer_imgs|batch_size)", "infer reads them"),
          here("(Infer)\\.transforms(?:\\..*)?", "infer and export read them"),
          here(
              "((?:Infer\\.)?PostProcess)(?:\\.\\w+)?\\.(?:name|func|topk|class_id_map_file|delimiter"
                  + "|label_list|save_dir|threshold|label_0|label_1|decimal_places|\\w+_threshold)",
              "infer and export read them"),
          here("(IndexProcess)(?:\\..*)?", "gallery build reads it"),
          here("(Loss\\.Eval)(?:\\..*)?", "evaluation tells metrics alone"),
          here(
              "(DataLoader\\.(?:Train|Eval|Eval\\.Query|Eval\\.Gallery)\\.loader)"
                  + "\\.(?:num_workers|use_shared_memory|prefetch_factor|timeout)",
              "--threads says how many threads read images"));

  private static KeysWithoutEffect never(String keys, String why) {
    return new KeysWithoutEffect(Pattern.compile("(" + keys + ")"), true, why);
  }

  private static KeysWithoutEffect here(String keys, String why) {
    String grouped = keys.startsWith("(") && !keys.startsWith("(?:") ? keys : "(" + keys + ")";
    return new KeysWithoutEffect(Pattern.compile(grouped), false, why);
  }

  /// The entry that a key belongs to, if there is one.
  static Optional<KeysWithoutEffect> of(String key) {
    return ALL.stream().filter(k -> k.keys.matcher(key).matches()).findFirst();
  }

  /// A line for those that change nothing here, and one for those that the reference does not read either.
  static List<String> notes(Config config) {
    Set<String> here = new LinkedHashSet<>();
    Set<String> never = new LinkedHashSet<>();
    for (String key : config.unread()) {
      of(key)
          .ifPresent(entry -> {
            Matcher found = entry.keys.matcher(key);
            if (found.matches()) {
              // Of a section that this command uses, only what it does not read.
              boolean used =
                  config.isRead(found.group(1)) && found.group(1).matches("Infer.*|Post.*");
              (entry.reference ? never : here).add(used ? key : found.group(1));
            }
          });
    }
    List<String> notes = new ArrayList<>();
    if (!here.isEmpty()) {
      notes.add("without effect here: " + String.join(", ", here));
    }
    if (!never.isEmpty()) {
      notes.add("PaddleClas does not read these keys either: " + String.join(", ", never));
    }
    return notes;
  }
}
