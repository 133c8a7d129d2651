package ai.fovea.train;

import ai.fovea.config.Config;
import ai.fovea.image.Image;
import ai.fovea.image.ImageEncoder;
import ai.fovea.plan.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A data set small enough to be written and learned by a test: six kinds of coloured stripes with noise, 40 x 40 pixels,
/// as PNG files with lists for training, query and gallery; and a configuration for it.
final class TinyImages {
  static final int CLASSES = 6;
  private static final int SIDE = 40;
  private static final int EACH = 8;

  private TinyImages() {}

  /// Writes images and lists into a folder.
  static void write(Path folder) throws IOException {
    var train = new ArrayList<String>();
    var query = new ArrayList<String>();
    var gallery = new ArrayList<String>();
    var random = new SplittableRandom(3);
    for (int label = 0; label < CLASSES; label++) {
      for (int i = 0; i < 2 * EACH; i++) {
        String name = label + "_" + i + ".png";
        ImageEncoder.write(stripes(label, random), folder.resolve(name));
        (i < EACH ? train : i % 2 == 0 ? query : gallery).add(name + " " + label);
      }
    }
    Files.write(folder.resolve("train.txt"), train);
    Files.write(folder.resolve("query.txt"), query);
    Files.write(folder.resolve("gallery.txt"), gallery);
  }

  private static Image stripes(int label, SplittableRandom random) {
    byte[] pixels = new byte[3 * SIDE * SIDE];
    int shift = random.nextInt(SIDE);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int along = label % 2 == 0 ? x : y;
        double wave = Math.sin((along + shift) * (0.2 + 0.15 * label));
        for (int c = 0; c < 3; c++) {
          double value = 128 + (c == label % 3 ? 90 : 40) * wave + 50 * (random.nextDouble() - 0.5);
          pixels[3 * (y * SIDE + x) + c] = (byte) (int) value;
        }
      }
    }
    return Image.of(SIDE, SIDE, pixels);
  }

  /// How to train on them: an embedder with a margin head, momentum, an average of the weights, four epochs.
  ///
  /// @param data where [#write] wrote
  /// @param output where checkpoints go
  static Recipe recipe(Path data, Path output, String... options) {
    return Recipe.of(config(data, output, options));
  }

  /// How to train a classifier on them: plain labels, evaluated after every epoch.
  static Recipe classifier(Path data, Path output, String... options) {
    var all =
        new ArrayList<>(
            List.of(
                "Global.eval_mode=classification",
                "Global.eval_during_train=True",
                "EMA=None",
                "Arch={'name':'PPLCNet_x0_25','class_num':" + CLASSES + "}",
                "Metric={'Train':[{'TopkAcc':{'topk':[1]}}],'Eval':[{'TopkAcc':{'topk':[1]}}]}",
                "DataLoader.Eval=" + evaluated(data)));
    all.addAll(List.of(options));
    return recipe(data, output, all.toArray(String[]::new));
  }

  private static String evaluated(Path data) {
    return ("{'dataset':{'name':'ImageNetDataset','image_root':'%1$s',"
            + "'cls_label_path':'%1$s/query.txt','transform_ops':["
            + "{'DecodeImage':{'to_rgb':True,'channel_first':False}},"
            + "{'ResizeImage':{'size':[32,32]}},"
            + "{'NormalizeImage':{'scale':'1.0/255.0','mean':[0.5,0.5,0.5],'std':[0.5,0.5,0.5],"
            + "'order':''}}]},'sampler':{'batch_size':8}}")
        .formatted(data);
  }

  /// Options that put these images, and sizes that go with them, in the place of those of a classifier's configuration.
  static List<String> over(Path data, List<String> more) {
    var all =
        new ArrayList<>(
            List.of(
                "Global.image_shape=[3,32,32]",
                "DataLoader.Train.dataset.image_root=" + data,
                "DataLoader.Train.dataset.cls_label_path=" + data.resolve("train.txt"),
                "DataLoader.Train.sampler.batch_size=12",
                "DataLoader.Eval.dataset.image_root=" + data,
                "DataLoader.Eval.dataset.cls_label_path=" + data.resolve("query.txt"),
                "DataLoader.Eval.sampler.batch_size=8"));
    all.addAll(more);
    return all;
  }

  /// Options of a [#classifier] that learns from another network.
  static String[] distillation() {
    String network = "{'name':'PPLCNet_x0_25','class_num':" + CLASSES + "}";
    return new String[] {
      "Arch={'name':'DistillationModel','freeze_params_list':[True,False],"
          + "'infer_model_name':'Student','models':[{'Teacher':"
          + network
          + "},{'Student':"
          + network
          + "}]}",
      "Loss.Train=[{'DistillationGTCELoss':{'weight':1.0,'model_names':['Student']}},"
          + "{'DistillationDISTLoss':{'weight':2.0,'model_name_pairs':[['Student','Teacher']]}}]",
      "Metric={'Train':[{'DistillationTopkAcc':{'model_key':'Student','topk':[1]}}],"
          + "'Eval':[{'DistillationTopkAcc':{'model_key':'Student','topk':[1]}}]}",
    };
  }

  /// The same, with what is wrong in it left to whoever runs it.
  static Recipe unchecked(Path data, Path output, String... options) {
    return Recipe.unchecked(config(data, output, options));
  }

  private static Config config(Path data, Path output, String... options) {
    String set =
        """
              dataset:
                name: ImageNetDataset
                image_root: %1$s
                cls_label_path: %1$s/%2$s
                transform_ops:
                  - DecodeImage: {to_rgb: True, channel_first: False}
                  - ResizeImage: {size: [32, 32]}
        %3$s\
                  - NormalizeImage: {scale: 1.0/255.0, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], order: ""}
              sampler: {name: DistributedBatchSampler, batch_size: 12, shuffle: %4$s, drop_last: %4$s}
        """;
    String yaml =
        """
        Global:
          output_dir: %s
          epochs: 4
          print_batch_step: 100
          image_shape: [3, 32, 32]
          eval_mode: retrieval
          retrieval_feature_from: features
          eval_during_train: False
          seed: 7
        EMA: {decay: 0.8}
        Arch:
          name: RecModel
          Backbone: {name: PPLCNet_x0_25, class_num: 32}
          Neck: {name: BNNeck, num_features: 32}
          Head: {name: CosMargin, embedding_size: 32, class_num: %d, margin: 0.1, scale: 16}
        Loss:
          Train:
            - CELoss: {weight: 1.0}
        Optimizer:
          name: Momentum
          momentum: 0.9
          lr: {name: Cosine, learning_rate: 0.05, warmup_epoch: 1}
          regularizer: {name: L2, coeff: 0.0001}
        DataLoader:
          Train:
        %s  Eval:
            Query:
        %s    Gallery:
        %s\
        Metric:
          Eval:
            - Recallk: {topk: [1, 3]}
            - mAP: {}
        """
            .formatted(
                output,
                CLASSES,
                set.formatted(
                        data, "train.txt", "          - RandFlipImage: {flip_code: 1}\n", "True")
                    .indent(-2),
                set.formatted(data, "query.txt", "", "False"),
                set.formatted(data, "gallery.txt", "", "False"));
    return Config.parse(yaml, "the test's configuration").override(List.of(options));
  }
}
