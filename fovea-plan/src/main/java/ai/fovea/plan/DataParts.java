package ai.fovea.plan;

import ai.fovea.base.Problems;
import ai.fovea.config.Config;
import ai.fovea.data.ImageList;
import ai.fovea.image.transform.Preprocessing;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One section of `DataLoader`, of which what can be read is of use though something else is wrong: its list is looked at even where
/// an operation is misspelt.
///
/// @param key e.g. `DataLoader.Train`
/// @param preparing how images are prepared, for one fixed size
/// @param size whether that is the size that the network is built for
record DataParts(
    String key,
    Config section,
    Part<ImageList.Source> source,
    Part<Preprocessing> preparing,
    Part<Boolean> size,
    Part<Integer> batch) {

  /// Reads a section for training.
  static DataParts training(Config config, String key) {
    return new DataParts(
        key,
        config.apart().at(key),
        source(config, key),
        preparing(config, key),
        new Part<>(Optional.of(true), List.of()),
        new Part<>(Optional.of(1), List.of())); // the sampler's
  }

  /// Reads a section for a measurement.
  ///
  /// @param wanted `{C, H, W}` that the network is built for, where it is known
  static DataParts evaluation(Config config, String key, Optional<int[]> wanted) {
    Part<Preprocessing> preparing = preparing(config, key);
    return new DataParts(
        key,
        config.apart().at(key),
        source(config, key),
        preparing,
        Part.of(
            config,
            c -> {
              preparing
                  .value()
                  .ifPresent(
                      p -> wanted.ifPresent(w -> fits(c, key, p.outputShape().orElseThrow(), w)));
              return true;
            }),
        Part.of(config, c -> batch(c, key)));
  }

  private static Part<ImageList.Source> source(Config config, String key) {
    return Part.of(
        config,
        c -> {
          Config dataset = c.at(key).at("dataset");
          ImageList.Source source = ImageList.settings(dataset);
          if (dataset.has("label_key")) { // the list has none, and all would be 0
            dataset.problem("label_key", "labels that transforms make are not supported yet");
          }
          return source;
        });
  }

  private static Part<Preprocessing> preparing(Config config, String key) {
    return Part.of(
        config,
        c -> {
          Config dataset = c.at(key).at("dataset");
          Preprocessing read = Recipe.preprocessing(dataset);
          if (c.problemCount() == 0 && read.outputShape().isEmpty()) {
            dataset.problem(
                "transform_ops", "do not lead to one fixed size: end with a resize or a crop");
          }
          return read;
        });
  }

  private static int batch(Config config, String key) {
    int batch = config.integer(key + ".sampler.batch_size", Recipe.Data.BATCH_SIZE);
    if (batch < 1) {
      config.problem(key + ".sampler.batch_size", "expected at least 1, found " + batch);
    }
    return batch;
  }

  /// Images of an evaluation are as large as the network is built for.
  private static void fits(Config config, String key, int[] shape, int[] wanted) {
    if (!Arrays.equals(shape, wanted)) {
      config.problem(
          key + ".dataset.transform_ops",
          "prepare images as "
              + Arrays.toString(shape)
              + ", Global.image_shape is "
              + Arrays.toString(wanted)
              + "; make them equal, e.g. -o Global.image_shape="
              + Arrays.toString(shape).replace(" ", ""));
    }
  }

  /// Notes all that is wrong.
  void tell(Problems all) {
    source.tell(all);
    preparing.tell(all);
    size.tell(all);
    batch.tell(all);
  }

  /// The section; empty where something is wrong with it.
  Optional<DataPlan> plan() {
    return source
        .value()
        .flatMap(s -> preparing.value().map(p -> new DataPlan(key, section, s, p)))
        .filter(_ -> size.value().isPresent() && batch.value().isPresent());
  }
}
