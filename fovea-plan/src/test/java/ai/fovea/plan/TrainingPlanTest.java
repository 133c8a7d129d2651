package ai.fovea.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.data.SamplerPlan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native") // transforms know OpenCV's constants
class TrainingPlanTest {
  private static final String CLASSIFIER =
      """
      Global: {image_shape: [3, 64, 64], epochs: 2, eval_mode: classification}
      Arch:
        name: PPLCNet_x0_25
        class_num: 4
      Loss:
        Train:
          - CELoss: {weight: 0.5, epsilon: 0.1}
      Optimizer:
        name: Momentum
        momentum: 0.8
        lr: {name: Cosine, learning_rate: 0.1}
        regularizer: {name: L2, coeff: 0.001}
      DataLoader:
        Train:
          dataset: &data
            name: ImageNetDataset
            image_root: not/there
            cls_label_path: not/there.txt
            transform_ops: [{DecodeImage: {}}, {ResizeImage: {size: 64}}, {ToCHWImage: {}}]
          sampler: {name: DistributedBatchSampler, batch_size: 4, shuffle: True}
        Eval: {dataset: *data, sampler: {batch_size: 4}}
      Metric: {Train: [{TopkAcc: {topk: [1]}}]}
      """;

  private static List<String> problems(String from, String to) {
    assertThat(CLASSIFIER).contains(from);
    return TrainingPlan.problems(Config.parse(CLASSIFIER.replace(from, to), "t"));
  }

  @Test
  void everySectionIsAValue() {
    TrainingPlan plan = TrainingPlan.of(Config.parse(CLASSIFIER, "t"));
    assertThat(plan.losses())
        .containsExactly(
            new LossPlan(
                "CELoss", 0.5, new LossSettings.CrossEntropy(LossSettings.Reduction.MEAN, 0.1)));
    assertThat(plan.optimizers())
        .singleElement()
        .satisfies(o -> {
          assertThat(o.rule()).isEqualTo(new OptimizerPlan.Rule.Momentum(0.8, false));
          assertThat(o.l2()).isEqualTo(0.001);
          assertThat(o.schedule(10).at(0)).isEqualTo(0.1);
          assertThat(o.schedule(10).at(20)).isLessThan(1e-9);
        });
    assertThat(plan.sampler()).isEqualTo(new SamplerPlan.Ordinary(4, true, false));
    assertThat(plan.data().shape()).containsExactly(3, 64, 64);
    assertThat(plan.metrics()).containsExactly(new MetricPlan.TopkAcc(List.of(1)));
    assertThat(plan.networks().get("").outputs()).containsKey("logits");
    EvaluationPlan evaluation = plan.evaluation().orElseThrow();
    assertThat(evaluation.gallery()).isEmpty();
    assertThat(evaluation.metrics()).containsExactly(MetricPlan.TopkAcc.STANDARD);
  }

  /// Of different kinds, in sections that come before and after each other.
  @Test
  void nineMistakesTakeOneRun() {
    Config config =
        Config.parse(
            CLASSIFIER
                .replace("epochs: 2", "epochs: -2, epoch: 3")
                .replace("class_num: 4", "class_nun: 4")
                .replace("epsilon: 0.1", "epsilom: 0.1")
                .replace("momentum: 0.8", "momentum: much")
                .replace("learning_rate: 0.1", "learning_rat: 0.1")
                .replace("ToCHWImage: {}", "ToCHWImag: {}")
                .replace("shuffle: True", "shufle: True")
                .replace("TopkAcc: {topk: [1]}", "TopkAc: {topk: [1]}"),
            "t");
    assertThatThrownBy(() -> TrainingPlan.of(config))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e -> {
              for (String told :
                  List.of(
                      "Global.epochs: must be at least 1, not -2 (line 1)",
                      "Global.epoch: nothing reads this key; do you mean Global.epochs? (line 1)",
                      "Arch.class_nun: is no setting of PPLCNet_x0_25; do you mean class_num?",
                      "Loss.Train.0.CELoss.epsilom: is no setting of CELoss; do you mean epsilon?",
                      "Optimizer.momentum: expected a number, found the text 'much' (line 10)",
                      "Optimizer.lr.learning_rate: missing, expected a number (line 11)",
                      "DataLoader.Train.dataset.transform_ops.2",
                      "DataLoader.Train.sampler.shufle: ",
                      "Metric.Train: there is no metric 'TopkAc'; do you mean TopkAcc?")) {
                assertThat(e.problems()).anyMatch(p -> p.startsWith(told));
              }
              assertThat(e.problems()).doesNotHaveDuplicates();
            });
  }

  @Test
  void whatIsKnownAndNotSupportedSaysSoAndItsKeysAreNoMistakes() {
    assertThat(problems("CELoss: {weight: 0.5, epsilon: 0.1}", "SupConLoss: {views: 2}"))
        .singleElement()
        .asString()
        .startsWith("Loss.Train.0.SupConLoss: the loss 'SupConLoss' is not supported yet; there");
    assertThat(problems("name: DistributedBatchSampler,", "name: MultiScaleSampler, scales: [1],"))
        .singleElement()
        .asString()
        .contains("the sampler 'MultiScaleSampler' is not supported yet");
    assertThat(problems("name: Momentum", "name: RMSProp\n  rho: 0.9"))
        .singleElement()
        .asString()
        .contains("the optimizer 'RMSProp' is not supported yet");
    assertThat(problems("Metric: {Train: [{TopkAcc", "Metric: {Eval: [{HammingDistance"))
        .singleElement()
        .asString()
        .startsWith("Metric.Eval: HammingDistance is not supported here");
    assertThat(problems("name: ImageNetDataset", "name: MultiLabelDataset\n      label_ratio: 1"))
        .hasSize(2) // one for each section that has it
        .allMatch(p -> p.contains("the data set 'MultiLabelDataset' is not supported yet"));
    assertThat(problems("lr: {name", "lr: {last_epoch: 4, name"))
        .singleElement()
        .asString()
        .startsWith("Optimizer.lr.last_epoch: ");
  }

  @Test
  void lossesAndMetricsOfOthersAreReadByTheirReaders() {
    var provided =
        new Provided(
            Map.of("OwnLoss", section -> section.number("margin", 0.5)),
            Map.of("OwnMetric", section -> section.flag("strict", false)));
    String own =
        CLASSIFIER
            .replace("CELoss: {weight: 0.5, epsilon: 0.1}", "OwnLoss: {weight: 2, margin: 1}")
            .replace("TopkAcc: {topk: [1]}", "OwnMetric: {strict: True}");
    TrainingPlan plan = TrainingPlan.of(Config.parse(own, "t"), provided);
    assertThat(plan.losses())
        .singleElement()
        .satisfies(l -> {
          assertThat(l.weight()).isEqualTo(2);
          assertThat(l.settings()).isInstanceOf(LossSettings.Other.class);
        });
    assertThat(plan.metrics()).singleElement().isInstanceOf(MetricPlan.Other.class);
    Config misspelt =
        Config.parse(own.replace("margin", "margim").replace("strict", "strikt"), "t");
    assertThatThrownBy(() -> TrainingPlan.of(misspelt, provided))
        .hasMessageContaining("Loss.Train.0.OwnLoss.margim: is no setting of OwnLoss")
        .hasMessageContaining("Metric.Train.0.OwnMetric.strikt: nothing reads this key");
    // Without the provider, the names are unknown.
    assertThat(TrainingPlan.problems(Config.parse(own, "t")))
        .anyMatch(p -> p.contains("there is no loss 'OwnLoss'"))
        .anyMatch(p -> p.contains("there is no metric 'OwnMetric'"));
    assertThatThrownBy(() -> new Provided(Map.of("CELoss", _ -> {}), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CELoss");
  }

  @Test
  void whatTrainingAloneReadsIsNoMatterWhereWeightsAreMeasured() {
    String training =
        CLASSIFIER
            .replace("CELoss: {weight: 0.5, epsilon: 0.1}", "SupConLoss: {views: 2}")
            .replace("name: Momentum", "name: RMSProp")
            .concat("AMP: {use_amp: True, level: O1}\n");
    assertThat(EvaluationPlan.of(Config.parse(training, "t")).metrics()).hasSize(1);
    assertThat(TrainingPlan.problems(Config.parse(training, "t"))).hasSize(3);
    // A misspelt key of a section that only training reads is one all the same.
    Config misspelt =
        Config.parse(CLASSIFIER, "t").override(List.of("Optimizer.lr.warmup_epochs=1"));
    assertThatThrownBy(() -> EvaluationPlan.of(misspelt))
        .hasMessageContaining("-o Optimizer.lr.warmup_epochs: nothing reads this key");
  }
}
