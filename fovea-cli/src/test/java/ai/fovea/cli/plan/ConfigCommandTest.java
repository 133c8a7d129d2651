package ai.fovea.cli.plan;

import static ai.fovea.cli.Ran.run;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.cli.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class ConfigCommandTest {
  private static final String CLASSIFIER =
      """
      Global: {image_shape: [3, 64, 64], epochs: 2, eval_mode: classification, save_dri: x}
      Arch:
        name: PPLCNet_x0_25
        class_num: 4
        dropout_prop: 0.1
      Loss: {Train: [{CELoss: {weight: 1.0}}]}
      Optimizer: {name: Momentum, momentum: 0.9, lr: {name: Cosine, learning_rate: 0.1}}
      DataLoader:
        Train:
          dataset: &data
            name: ImageNetDataset
            image_root: not/there
            cls_label_path: not/there.txt
            transform_ops: [{DecodeImage: {}}, {ResizeImage: {size: 64}}, {NormalizeImage: {}}, {ToCHWImage: {}}]
          sampler: {name: DistributedBatchSampler, batch_size: 4, shuffle: True}
        Eval: {dataset: *data, sampler: {batch_size: 4}}
      Metric: {Train: [{TopkAcc: {topk: [1]}}], Eval: [{TopkAcc: {topk: [1]}}]}
      """;

  @TempDir Path folder;

  @Test
  void everySettingIsPrintedWithItsOrigin() throws Exception {
    Path file = Files.writeString(folder.resolve("c.yaml"), CLASSIFIER);
    Ran ran = run("config", file, "-o", "Global.epochs=7");
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.out().lines().map(l -> l.replaceAll(" {2,}", " | ")))
        .contains(
            "Global.epochs | 7 | -o",
            "Global.print_batch_step | 10 | default",
            "Arch.name | PPLCNet_x0_25 | line 3",
            "Arch.use_last_conv | True | default",
            "Global.save_dri | x | line 1, not read by training and evaluation",
            "DataLoader.Train.dataset.transform_ops.1.ResizeImage.size | 64 | line 14",
            "DataLoader.Train.dataset.transform_ops.1.ResizeImage.return_numpy | True | default",
            "Loss.Train.0.CELoss.epsilon | 0 | default");
    assertThat(ran.err())
        .contains(
            "Arch.dropout_prop: is no setting of PPLCNet_x0_25; do you mean dropout_prob?",
            "(line 5)",
            "Global.save_dri: nothing reads this key");
  }

  @Test
  void asJson() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("c.yaml"),
            CLASSIFIER.replace("dropout_prop", "dropout_prob").replace(", save_dri: x", ""));
    Ran ran = run("config", file, "--json");
    assertThat(ran.status()).isZero();
    assertThat(ran.out().replaceAll("\\s", ""))
        .contains(
            "{\"setting\":\"Arch.class_num\",\"value\":4,\"from\":\"file\",\"line\":4,\"read\":true}")
        .contains("\"problems\":[]");
  }
}
