package ai.fovea.plan;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.config.Config;
import ai.fovea.config.Config.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What is told where one setting, whichever it is, is wrong: that, and nothing of those that are right.
@Tag("native") // transforms know OpenCV's constants
class WrongSettingsTest {
  private static final String SEARCH =
      """
      Global:
        image_shape: [3, 64, 64]
        epochs: 10
        save_interval: 1
        eval_interval: 1
        start_eval_epoch: 0
        print_batch_step: 10
        update_freq: 1
        eval_mode: retrieval
        retrieval_feature_from: features
      EMA: {decay: 0.99}
      Arch:
        name: RecModel
        Backbone: {name: PPLCNet_x0_25, class_expand: 128, dropout_prob: 0.1}
        BackboneStopLayer: {name: flatten}
        Neck: {name: FC, embedding_size: 128, class_num: 16}
        Head: {name: CircleMargin, embedding_size: 16, class_num: 4, margin: 0.25, scale: 16}
      Loss:
        Train:
          - CELoss: {weight: 1.0, epsilon: 0.1}
          - TripletLossV2: {weight: 1.0, margin: 0.5}
          - TripletAngularMarginLoss:
              {weight: 1.0, margin: 0.5, absolute_loss_weight: 0.1, ap_value: 0.8, an_value: 0.4}
          - CenterLoss: {weight: 0.1, num_classes: 4, feat_dim: 16}
      Optimizer:
        name: AdamW
        beta1: 0.9
        beta2: 0.999
        epsilon: 0.00000001
        weight_decay: 0.05
        clip_norm: 1.0
        lr: %s
      DataLoader:
        Train:
          dataset: &data
            name: ImageNetDataset
            image_root: not/there
            cls_label_path: not/there.txt
            transform_ops: [{DecodeImage: {}}, {ResizeImage: {size: 64}}, {ToCHWImage: {}}]
          sampler:
            name: PKSampler
            batch_size: 8
            sample_per_id: 2
            id_list: [0, 1]
            ratio: [2.0]
        Eval:
          Query: {dataset: *data, sampler: {batch_size: 4}}
          Gallery: {dataset: *data, sampler: {batch_size: 4}}
      Metric: {Eval: [{Recallk: {topk: [1]}}]}
      """;

  private static final String DISTILLATION =
      """
      Global: {image_shape: [3, 64, 64], epochs: 10, eval_mode: classification}
      Arch:
        name: DistillationModel
        freeze_params_list: [True, False]
        models:
          - Teacher: {name: PPLCNet_x0_25, class_num: 4}
          - Student: {name: PPLCNet_x0_5, class_num: 4}
        infer_model_name: Student
      Loss:
        Train:
          - DistillationCELoss: {weight: 1.0, epsilon: 0.1, model_name_pairs: [[Student, Teacher]]}
          - DistillationGTCELoss: {weight: 1.0, epsilon: 0.1, model_names: [Student]}
          - DistillationDISTLoss:
              {weight: 1.0, beta: 1.0, gamma: 1.0, model_name_pairs: [[Student, Teacher]]}
          - DistillationDMLLoss: {weight: 1.0, act: softmax, model_name_pairs: [[Student, Teacher]]}
      Optimizer:
        name: Momentum
        momentum: 0.9
        regularizer: {name: L2, coeff: 0.0001}
        lr: {name: Cosine, learning_rate: 0.1}
      DataLoader:
        Train:
          dataset: &data
            name: ImageNetDataset
            image_root: not/there
            cls_label_path: not/there.txt
            transform_ops: [{DecodeImage: {}}, {ResizeImage: {size: 64}}, {ToCHWImage: {}}]
          batch_transform_ops:
            - OpSampler:
                MixupOperator: {alpha: 0.8, prob: 0.5}
                CutmixOperator: {alpha: 1.0, prob: 0.5}
          sampler: {name: DistributedRandomIdentitySampler, batch_size: 8, num_instances: 2, max_iters: 9}
        Eval: {dataset: *data, sampler: {batch_size: 4}}
      Metric: {Eval: [{DistillationTopkAcc: {model_key: Student, topk: [1]}}]}
      """;

  /// One of each schedule, with all its numbers.
  private static final List<String> SCHEDULES =
      List.of(
          "{learning_rate: 0.1}",
          "{name: Constant, learning_rate: 0.1, warmup_epoch: 1, warmup_start_lr: 0.01}",
          "{name: Cosine, learning_rate: 0.1, eta_min: 0.001, warmup_epoch: 1}",
          "{name: Linear, learning_rate: 0.1, end_lr: 0.001, power: 1.0}",
          "{name: Step, learning_rate: 0.1, step_size: 3, gamma: 0.5}",
          "{name: MultiStepDecay, learning_rate: 0.1, milestones: [3, 6], gamma: 0.5}",
          "{name: Piecewise, decay_epochs: [3, 6], values: [0.1, 0.01, 0.001], warmup_epoch: 1}",
          "{name: CosineFixmatch, learning_rate: 0.1, num_warmup_steps: 3, num_cycles: 0.4}",
          "{name: OneCycleLR, max_learning_rate: 0.1, divide_factor: 25, end_learning_rate: 0.001,"
              + " phase_pct: 0.3}",
          "{name: Cyclic, base_learning_rate: 0.01, max_learning_rate: 0.1, step_size_up: 3,"
              + " step_size_down: 4, exp_gamma: 0.9, mode: exp_range}",
          "{name: ReduceOnPlateau, learning_rate: 0.1, factor: 0.5, patience: 2, threshold: 0.01,"
              + " cooldown: 1, min_lr: 0.001, epsilon: 0.0001, by_epoch: True}");

  /// Numbers that may have any value: a seed, and those of transforms, which have tests of their own.
  private static final String FREE = "DataLoader\\..*\\.transform_ops\\..*";

  static Stream<String> configurations() {
    return Stream.concat(
        Stream.of(DISTILLATION), SCHEDULES.stream().map(lr -> SEARCH.formatted(lr)));
  }

  private static List<Setting> settings(String yaml) {
    return Config.parse(yaml, "t").settings();
  }

  private static List<String> problems(String yaml, String... options) {
    return TrainingPlan.problems(Config.parse(yaml, "t").override(List.of(options)));
  }

  private static boolean isNumber(Setting setting) {
    return setting.value() instanceof Number
        || (setting.value() instanceof List<?> list && list.getFirst() instanceof Number);
  }

  /// What [SEARCH] and its like have in common is looked at once.
  private static List<Setting> own(String yaml) {
    boolean first = yaml.equals(DISTILLATION) || yaml.contains(SCHEDULES.get(1));
    return settings(yaml).stream()
        .filter(s -> first || s.path().startsWith("Optimizer.lr"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void aNumberThatMeansNothingIsRefused(String yaml) {
    assertThat(problems(yaml)).isEmpty();
    for (Setting setting : own(yaml)) {
      if (isNumber(setting) && !setting.path().matches(FREE)) {
        String wrong = setting.value() instanceof List ? "[-1000,-2000]" : "-1000";
        assertThat(problems(yaml, setting.path() + "=" + wrong))
            .as(setting.path())
            .anyMatch(p -> p.contains(setting.path()) || p.contains("scale"));
      }
    }
  }

  /// Whatever is wrong with a value, keys that are right are not called unread or unknown, and none is suggested for itself.
  @ParameterizedTest
  @MethodSource("configurations")
  void aWrongValueMakesNoOtherKeyWrong(String yaml) {
    for (Setting setting : own(yaml)) {
      String near = setting.value() instanceof String s ? s + "x" : "0";
      for (String wrong : Set.of("nonsense", near, "-1", "[]", "[1,2,3,4]")) {
        String option = setting.path() + "=" + wrong;
        assertThat(problems(yaml, option))
            .as(option)
            .noneMatch(p -> p.contains("nothing reads this key") || p.contains("is no setting of"))
            .noneMatch(p -> p.contains("do you mean " + p.replaceFirst(":.*", "") + "?"));
      }
    }
  }

  /// A misspelt name hides no wrong number.
  @ParameterizedTest
  @MethodSource("configurations")
  void aMisspeltNameHidesNoWrongNumber(String yaml) {
    List<Setting> own = own(yaml);
    List<String> names =
        own.stream()
            .filter(s -> s.value() instanceof String && s.path().matches(".*\\.(?:name|eval_mode)"))
            // Which layers there are depends on the numbers of a network.
            .filter(s -> !s.path().contains("BackboneStopLayer"))
            .map(s -> s.path() + "=" + s.value() + "x")
            .toList();
    List<String> hidden = new ArrayList<>();
    for (String name : names) {
      List<String> options = new ArrayList<>(List.of(name));
      own.stream()
          .filter(s -> s.value() instanceof Number && !s.path().matches(FREE))
          .forEach(s -> options.add(s.path() + "=fast"));
      List<String> told = problems(yaml, options.toArray(String[]::new));
      for (String option : options) {
        String key = option.replaceFirst("=.*", "");
        if (told.stream().noneMatch(p -> p.contains(key + ": "))) {
          hidden.add(key + " behind " + name);
        }
      }
    }
    assertThat(hidden).isEmpty();
  }

  /// Each names the key, what stands there, and the name that is near.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          BackboneStopLayer: {name: flatten}| BackboneStopLayer: {name: flaten}| Arch.BackboneStopLayer.name: | 'flaten'; do you mean flatten?
          from: features                    | from: featres                    | Global.retrieval_feature_from: | 'featres'; do you mean features?
          size: 128, class_num: 16          | size: 128, class_num: 15         | Arch.Head.embedding_size: is 16, | Arch.Neck.class_num is 15
          name: FC                          | name: FCC                        | Arch.Neck.name: | 'FCC'; do you mean FC?
          mode: retrieval                   | mode: retrievel                  | Global.eval_mode: | 'retrievel'; do you mean retrieval?
          DecodeImage: {}                   | DecodeImag: {}                   | DataLoader.Train.dataset.transform_ops.0.DecodeImag: | do you mean DecodeImage?
          """)
  void messagesNameKeyValueAndWhatIsNear(String from, String to, String key, String told) {
    String yaml = SEARCH.formatted(SCHEDULES.get(1));
    assertThat(yaml).contains(from);
    assertThat(problems(yaml.replace(from, to)))
        .anyMatch(p -> p.startsWith(key) && p.contains(told) && p.matches(".*\\(line \\d+\\)"))
        .noneMatch(p -> p.matches(".*\\[[A-Za-z_]+, .*"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          model_key: Student        | model_key: Studen        | Metric.Eval.0.DistillationTopkAcc.model_key: | 'Studen'; do you mean Student?
          infer_model_name: Student | infer_model_name: Studnt | Arch.infer_model_name: | 'Studnt'; do you mean Student?
          model_names: [Student]    | model_names: [Studen]    | Loss.Train.1.DistillationGTCELoss.model_names: | 'Studen'; do you mean Student?; there are Teacher, Student
          [[Student, Teacher]]}     | [[Student, Tacher]]}     | Loss.Train.0.DistillationCELoss.model_name_pairs: | 'Tacher'; do you mean Teacher?
          [True, False]             | [True]                   | Arch.freeze_params_list: | one for each of Teacher, Student, found 1
          MixupOperator: {          | MixupOperater: {         | DataLoader.Train.batch_transform_ops.0.OpSampler.MixupOperater: | do you mean MixupOperator?
          """)
  void messagesOfSeveralNetworksDo(String from, String to, String key, String told) {
    assertThat(DISTILLATION).contains(from);
    assertThat(problems(DISTILLATION.replace(from, to)))
        .anyMatch(p -> p.startsWith(key) && p.contains(told) && p.matches(".*\\(line \\d+\\)"))
        .noneMatch(p -> p.matches(".*\\[[A-Za-z_]+, .*"));
  }

  @Test
  void aMisspeltNetworkHidesNoMisspeltLayer() {
    String yaml = SEARCH.formatted(SCHEDULES.get(1));
    assertThat(
            problems(
                yaml, "Arch.Backbone.name=PPLCNet_x0_26", "Arch.BackboneStopLayer.name=flaten"))
        .hasSize(2)
        .anyMatch(p -> p.startsWith("Arch.Backbone.name: there is no network"))
        .anyMatch(p -> p.startsWith("Arch.BackboneStopLayer.name: "));
    // A layer that is like none may be one of the network that is meant.
    assertThat(
            problems(
                yaml, "Arch.Backbone.name=PPLCNet_x0_26", "Arch.BackboneStopLayer.name=some.layer"))
        .hasSize(1);
  }

  @Test
  void imagesHaveThreeChannelsAndAShapeThatIsNoneLeadsToNoOtherProblem() {
    String yaml = SEARCH.formatted(SCHEDULES.get(1));
    for (String shape : List.of("[1,64,64]", "[4,64,64]", "[64,64]", "[3,64]", "[3,0,64]", "x")) {
      assertThat(problems(yaml, "Global.image_shape=" + shape))
          .as(shape)
          .isNotEmpty()
          .allMatch(p -> p.startsWith("Global.image_shape: "));
    }
  }

  @Test
  void frozenNetworksWithoutWeightsAndCutWarmUpsAreToldWhereNothingIsWrong() {
    Config config = Config.parse(DISTILLATION, "t");
    assertThat(TrainingPlan.findings(config))
        .satisfies(f -> assertThat(f.problems()).isEmpty())
        .satisfies(f ->
            assertThat(f.warnings())
                .singleElement()
                .asString()
                .startsWith("Arch.models.0.Teacher: ")
                .endsWith("-o Arch.models.0.Teacher.pretrained=FILE.pdparams"));
    for (String weights :
        List.of(
            "Arch.models.0.Teacher.pretrained=w",
            "Arch.pretrained_list=['w',None]",
            "Global.pretrained_model=w",
            "Global.checkpoints=w",
            "Arch.freeze_params_list=[False,False]")) {
      Config other = Config.parse(DISTILLATION, "t").override(List.of(weights));
      assertThat(TrainingPlan.findings(other).warnings()).as(weights).isEmpty();
    }
    for (String schedule : SCHEDULES.subList(1, SCHEDULES.size())) {
      Config cut =
          Config.parse(SEARCH.formatted(schedule), "t")
              .override(List.of("Optimizer.lr.warmup_epoch=100"));
      assertThat(TrainingPlan.findings(cut).warnings())
          .as(schedule)
          .singleElement()
          .matches(w -> w.startsWith("Optimizer.lr.warmup_epoch: 100 is more than Global.epochs"));
    }
    assertThat(TrainingPlan.findings(Config.parse(SEARCH.formatted(SCHEDULES.get(1)), "t")))
        .isEqualTo(new TrainingPlan.Findings(List.of(), List.of()));
  }
}
