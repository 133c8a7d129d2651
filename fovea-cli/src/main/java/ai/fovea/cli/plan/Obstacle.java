package ai.fovea.cli.plan;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Why a configuration can't be used, in a few words.
///
/// @param kind what it has in common with others, e.g. `network`
/// @param brief it itself, e.g. "network `ResNeXt50_32x4d`"
/// @param rank 0 for what takes most to overcome; the last can be overcome by an option of the command line
record Obstacle(String kind, String brief, int rank) {

  /// How a problem is told apart and what is said of it; `$1` stands for the first group.
  private record Rule(Pattern pattern, String kind, String brief) {
    static Rule of(String pattern, String kind, String brief) {
      return new Rule(Pattern.compile(pattern, Pattern.DOTALL), kind, brief);
    }
  }

  private static final String OTHER = "other settings";

  private static final List<Rule> RULES =
      List.of(
          Rule.of("pipelines of PaddleX.*", "PaddleX pipeline", "PaddleX pipeline"),
          Rule.of(
              "configurations of PaddleX modules.*",
              "PaddleX module (its training configuration is in `paddlex_paddleclas_api`)",
              "PaddleX module"),
          Rule.of(
              "configurations from before.*",
              "format from before PaddleClas 2.2",
              "format from before PaddleClas 2.2"),
          Rule.of("searches over.*", "search over settings", "search over settings"),
          Rule.of("Slim: .*", "pruning or quantisation", "pruning or quantisation"),
          Rule.of(
              "Arch\\S*: there is no network 'DistillationModel'.*",
              "distillation",
              "distillation"),
          Rule.of("Arch\\S*: there is no network '([^']*)'.*", "network", "network `$1`"),
          Rule.of(
              "(?:SSL|UnLabelLoss|DataLoader\\.UnLabelTrain|DataLoader\\.Metalearning|Loss\\.Basic"
                  + "|Loss\\.Meta.*|Global\\.train_mode|Global\\.iter_per_epoch): .*",
              "semi-supervised, meta- or progressive learning",
              "way of training"),
          Rule.of(
              "Global\\.det_inference_model_dir: .*",
              "detector (`--whole-image` goes on without it)",
              "detector"),
          Rule.of(
              "Arch\\S*: (?:there is no|the) (?:neck|head) '([^']*)'.*",
              "neck or head",
              "neck or head `$1`"),
          Rule.of("Loss\\S*: (?:there is no|the) loss '([^']*)'.*", "loss", "loss `$1`"),
          Rule.of(
              "DataLoader.*\\.name: (?:there is no|the) data set '([^']*)'.*",
              "data set",
              "data set `$1`"),
          Rule.of(
              "Global\\.use_multilabel: .*", "several labels an image", "several labels an image"),
          Rule.of("MLDecoder: .*|.*use_ml_decoder.*", "ML-Decoder", "ML-Decoder"),
          Rule.of(
              "DataLoader\\S*: there is no transform '([^']*)'.*", "transform", "transform `$1`"),
          Rule.of(".*transform(?:_op)?s\\.\\d+.*", "transform", "settings of a transform"),
          Rule.of(
              "DataLoader.*sampler.*(?:there is no|the) sampler '([^']*)'.*",
              "sampler",
              "sampler `$1`"),
          Rule.of(
              "Optimizer.*(?:there is no|the) optimizer '([^']*)'.*",
              "optimizer",
              "optimizer `$1`"),
          Rule.of("Optimizer.*?\\.(\\w+): .*", "optimizer", "`Optimizer` … `$1`"),
          Rule.of("Metric\\.\\w+: (\\w+) is not supported.*", "metric", "metric `$1`"),
          Rule.of(
              "(?:Rec)?PostProcess\\.\\w+: (\\w+) is not supported.*",
              "post-processing",
              "post-processing `$1`"),
          Rule.of(".*(?:feature_binarize|hamming).*", "binary features", "binary features"),
          Rule.of(
              "Arch\\S*?(\\w+): is no setting of (\\S+?)\\..*",
              "argument of a network",
              "argument `$1` of `$2`"),
          Rule.of("(DataLoader\\S+?|Global|Arch\\S*?)\\.?(\\w*): .*missing.*", OTHER, "no `$1.$2`"),
          Rule.of(
              "(?:DataLoader.*)?batch_transform_ops: .*",
              "mixing of images (`-o DataLoader.Train.dataset.batch_transform_ops=None` goes on"
                  + " without it)",
              "`batch_transform_ops`"),
          Rule.of("AMP.*", "mixed precision (`-o AMP.use_amp=False` goes on without it)", "`AMP`"),
          Rule.of(
              "(Arch\\S*\\.pretrained|Global\\.pretrained_model): nothing is downloaded.*",
              "weights from a download (`-o …pretrained=FILE.pdparams` names your copy)",
              "weights: `-o $1=FILE`"));

  /// Classifies what a check found.
  ///
  /// @param problem a line of [ConfigurationKind]
  static Obstacle of(String problem) {
    return ofPlain(problem.replaceFirst(" \\(line \\d+\\)$", ""));
  }

  private static Obstacle ofPlain(String problem) {
    for (int i = 0; i < RULES.size(); i++) {
      Rule rule = RULES.get(i);
      Matcher found = rule.pattern().matcher(problem);
      if (found.matches()) {
        return new Obstacle(rule.kind(), found.replaceFirst(rule.brief()), i);
      }
    }
    // Before what an option of the command line overcomes.
    String line = problem.lines().findFirst().orElse("").replace("|", "\\|");
    return new Obstacle(
        OTHER, line.length() > 80 ? line.substring(0, 79) + "…" : line, RULES.size() - 4);
  }
}
