package ai.fovea.train;

import ai.fovea.config.Config;
import ai.fovea.config.Device;
import ai.fovea.data.BatchSampler;
import ai.fovea.data.BatchTransform;
import ai.fovea.data.BatchTransforms;
import ai.fovea.data.ImageCheck;
import ai.fovea.data.ImageList;
import ai.fovea.data.ListException;
import ai.fovea.data.Samplers;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Op;
import ai.fovea.graph.Param;
import ai.fovea.graph.Value;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.plan.Architecture;
import ai.fovea.plan.Problems;
import ai.fovea.plan.Recipe;
import ai.fovea.plan.UnreadKeys;
import ai.fovea.plan.schedule.Accumulation;
import ai.fovea.train.loss.CombinedLoss;
import ai.fovea.train.loss.LossContext;
import ai.fovea.train.metric.Matchable;
import ai.fovea.train.metric.Metric;
import ai.fovea.train.metric.Metrics;
import ai.fovea.train.metric.RetrievalEvaluation;
import ai.fovea.train.metric.TopkAcc;
import ai.fovea.weights.AtomicFile;
import ai.fovea.weights.PlaceLock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/// What a run needs of its configuration and its inputs, read and looked at before anything long starts: every setting, every
/// list, the labels' range, the images' headers. All that is wrong is reported together, and a key that nothing reads is
/// found because all of them were asked for here.
///
/// Sections that a command does not use are read too, for their keys alone: what is wrong in them is not its business.
///
/// @param training what training needs, if the run trains
/// @param evaluation what evaluation needs, if the run evaluates
/// @param notes what a user should know, one line each
// Over 400 lines: a reader for each section, all of which share what is found wrong.
record Plan(Optional<Training> training, Optional<Evaluated> evaluation, List<String> notes) {

  /// What training needs.
  record Training(
      Recipe.Data data,
      List<BatchTransform> transforms,
      BatchSampler sampler,
      CombinedLoss loss,
      Accumulation steps,
      List<Metric> metrics) {}

  /// What evaluation needs.
  ///
  /// @param query the images that are searched with, or all images of a classifier
  /// @param gallery the images that are searched in; empty for a classifier
  /// @param base how many queries count; empty for a classifier
  record Evaluated(
      Recipe.Data query,
      Optional<Recipe.Data> gallery,
      Optional<Matchable> base,
      List<Metric> metrics,
      RetrievalEvaluation retrieval) {}

  /// For training.
  ///
  /// @param progress receives a line now and then while very many images are looked at
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  static Plan training(Recipe recipe, int threads, Consumer<String> progress) {
    return new Reader(recipe, progress).training(threads);
  }

  /// For measuring.
  ///
  /// @param progress receives a line now and then while very many images are looked at
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  static Plan evaluation(Recipe recipe, int threads, Consumer<String> progress) {
    return new Reader(recipe, progress).evaluation(threads);
  }

  /// For export, which has no inputs but weights.
  ///
  /// @param done what becomes of them, e.g. `exported`
  /// @param found what is wrong already
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  static Plan export(Recipe recipe, String done, List<String> found) {
    return new Reader(recipe, _ -> {}).export(done, found);
  }

  /// What is wrong with the settings of training and evaluation, lists, images and weights left out.
  static List<String> settings(Recipe recipe) {
    return new Reader(recipe, _ -> {}).settings();
  }

  private static final class Reader {
    private static final long[] PAIRS = LongStream.range(0, 20_000).map(i -> i / 2).toArray();

    private final Recipe recipe;
    private final Config config;
    private final Problems problems = new Problems();
    private final List<String> notes = new ArrayList<>();
    private final List<ImageList> lists = new ArrayList<>();
    private final List<ImageList> replaceable = new ArrayList<>();
    private final OptionalInt classes;
    private final Consumer<String> progress;

    Reader(Recipe recipe, Consumer<String> progress) {
      this.recipe = recipe;
      this.progress = progress;
      this.config = recipe.config();
      Device.note(config.at("Global")).ifPresent(notes::add);
      problems.collect(() -> config.check());
      Optional<Graph> network =
          recipe.arch().has("name") ? problems.collect(() -> served(recipe)) : Optional.empty();
      this.classes =
          network
              .map(g -> g.outputs().get("logits"))
              .map(Value::shape)
              .map(shape -> OptionalInt.of(shape.size(shape.rank() - 1)))
              .orElse(OptionalInt.empty());
    }

    /// The graph that is evaluated; the others are built, too, for what is wrong with them.
    private static Graph served(Recipe recipe) {
      Architecture architecture = recipe.architecture();
      Config.all(
          architecture.members().stream()
              .filter(m -> m != architecture.served())
              .<Runnable>map(m -> () -> m.serving(recipe.imageSize()))
              .toArray(Runnable[]::new));
      return architecture.served().serving(recipe.imageSize());
    }

    Plan training(int threads) {
      problems.addAll(UnreadKeys.unsupported(config, true));
      outputObstacle()
          .ifPresent(reason ->
              problems.add("Global.output_dir: " + recipe.output().getParent() + ": " + reason));
      Networks.starts(recipe).forEach(w -> w.missing().ifPresent(problems::add));
      recipe
          .checkpoints()
          .flatMap(Checkpoint::missing)
          .ifPresent(reason -> problems.add(reason + ", named by Global.checkpoints"));
      Optional<Training> training = readTraining();
      Optional<Evaluated> evaluation =
          recipe.evalDuringTrain() ? readEvaluation() : Optional.empty();
      return finish(training, evaluation, threads);
    }

    /// Checkpoints lie in the folder; beside it lies the sign that a training is running there.
    private Optional<String> outputObstacle() {
      return AtomicFile.obstacle(recipe.output()).or(() -> PlaceLock.obstacle(recipe.output()));
    }

    Plan evaluation(int threads) {
      problems.addAll(UnreadKeys.unsupported(config, false));
      weights("measured");
      Optional<Evaluated> evaluation = readEvaluation();
      return finish(Optional.empty(), evaluation, threads);
    }

    Plan export(String done, List<String> found) {
      problems.addAll(found);
      problems.addAll(UnreadKeys.unsupported(config, false));
      weights(done);
      return finish(Optional.empty(), Optional.empty(), 1);
    }

    private void weights(String done) {
      problems
          .collect(() -> Networks.source(recipe, done))
          .flatMap(Networks.Named::missing)
          .ifPresent(problems::add);
    }

    List<String> settings() {
      problems.addAll(UnreadKeys.unsupported(config, true));
      Optional<CombinedLoss> loss = problems.collect(() -> loss(config));
      problems.collect(() -> metrics(config, "Metric.Train"));
      Optional<List<Optimizers.Settings>> optimizers =
          problems.collect(() -> Optimizers.settings(config, recipe.epochs(), 1));
      problems.collect(this::samplerOfAnyList);
      settingsOfData("DataLoader.Train")
          .filter(_ -> recipe.arch().has("name"))
          .flatMap(size -> problems.collect(() -> trained(size)))
          .ifPresent(networks -> {
            List<Param> params =
                networks.values().stream().flatMap(g -> g.params().stream()).toList();
            loss.ifPresent(l -> {
              optimizers.ifPresent(o ->
                  problems.collect(
                      () -> Optimizers.scopes(o, params, l, recipe.arch().text("name"))));
              problems.collect(() -> LossTrial.run(l, networks));
            });
          });
      if (recipe.evalDuringTrain()) {
        problems.collect(() ->
            recipe.retrieval()
                ? RetrievalEvaluation.of(config.at("Metric"), "Eval")
                : metrics(config, "Metric.Eval"));
        for (String key : keysOfLists()) {
          settingsOfData(key).ifPresent(size -> fits(new int[] {3, size.h(), size.w()}, key));
          batch(key);
        }
      }
      keys();
      problems.addAll(UnreadKeys.options(config));
      return problems.all();
    }

    /// The graphs that are trained, by name.
    private Map<String, Graph> trained(Op.Size size) {
      Map<String, Graph> all = new LinkedHashMap<>();
      for (Architecture.Member m : recipe.architecture().members()) {
        all.put(m.name(), m.training(size, recipe.freezeNormStats()));
      }
      config.check();
      return all;
    }

    /// The size that a section prepares images for, its list left out.
    private Optional<Op.Size> settingsOfData(String key) {
      Config dataset = config.at(key + ".dataset");
      problems.collect(() -> ImageList.settings(dataset));
      Optional<Preprocessing> preprocessing =
          problems.collect(() -> {
            Preprocessing read = Recipe.preprocessing(dataset);
            config.check();
            return read;
          });
      return preprocessing.flatMap(p -> sized(p, key)).map(s -> new Op.Size(s[1], s[2]));
    }

    private Plan finish(Optional<Training> training, Optional<Evaluated> evaluation, int threads) {
      keys();
      problems.addAll(UnreadKeys.options(config));
      try {
        Optional<Consumer<String>> damaged =
            recipe.decoder().acceptDamage() ? Optional.of(notes::add) : Optional.empty();
        problems.addAll(ImageCheck.problems(lists, threads, damaged, progress));
        if (damaged.isPresent()) {
          // What can't be read of these is told where it is replaced.
          ImageCheck.problems(replaceable, threads, damaged, progress);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while images were looked at", e);
      }
      problems.check();
      notes.addAll(UnreadKeys.notes(config));
      return new Plan(training, evaluation, List.copyOf(notes));
    }

    private Optional<Training> readTraining() {
      Optional<Recipe.Data> data =
          data("DataLoader.Train", true, recipe.replaceUnreadable() ? replaceable : lists);
      Optional<CombinedLoss> loss = problems.collect(() -> loss(config));
      Optional<List<Metric>> metrics = problems.collect(() -> metrics(config, "Metric.Train"));
      Optional<List<BatchTransform>> transforms = problems.collect(() -> transforms(config));
      Optional<BatchSampler> sampler =
          data.filter(d -> d.list().size() > 0)
              .flatMap(d -> problems.collect(() -> sampler(d.section(), d.list())));
      if (sampler.isEmpty()) {
        problems.collect(this::samplerOfAnyList);
      }
      Optional<Accumulation> steps =
          sampler.map(s -> Accumulation.of(s.batches(), recipe.updateFrequency()));
      problems.collect(() ->
          Optimizers.settings(config, recipe.epochs(), steps.map(Accumulation::updates).orElse(1)));
      data.ifPresent(d -> sized(d.preprocessing(), "DataLoader.Train"));
      if (data.isEmpty()
          || transforms.isEmpty()
          || loss.isEmpty()
          || metrics.isEmpty()
          || sampler.isEmpty()) {
        return Optional.empty();
      }
      if (!metrics.get().isEmpty()
          && transforms.get().stream().anyMatch(BatchTransform::mixesLabels)) {
        notes.add("Metric.Train: labels are mixed, so that training shows no accuracy");
      }
      return Optional.of(
          new Training(
              data.get(),
              transforms.get(),
              sampler.get(),
              loss.get(),
              steps.orElseThrow(),
              metrics.get()));
    }

    /// The sampler of a list with two images of a label each, for as many labels as any batch needs.
    private BatchSampler samplerOfAnyList() {
      return Samplers.of(config.at("DataLoader.Train.sampler"), PAIRS.clone(), recipe.seed());
    }

    /// What a section of `DataLoader` names, its list looked through as far as it can be understood.
    ///
    /// @param classes whether labels must be those of the network's classes
    /// @param looked receives the list, whose images will be looked at
    private Optional<Recipe.Data> data(String key, boolean classes, List<ImageList> looked) {
      Config section = config.at(key);
      Config dataset = section.at("dataset");
      Optional<ImageList.Source> source = problems.collect(() -> ImageList.settings(dataset));
      Optional<Preprocessing> preprocessing =
          problems.collect(() -> {
            Preprocessing read = Recipe.preprocessing(dataset);
            config.check();
            return read;
          });
      Optional<ImageList> list = source.flatMap(s -> list(s, classes, looked));
      return preprocessing.isEmpty()
          ? Optional.empty()
          : list.map(l -> new Recipe.Data(section, l, preprocessing.get(), recipe.decoder()));
    }

    private Optional<ImageList> list(
        ImageList.Source source, boolean classes, List<ImageList> looked) {
      Optional<ImageList> whole = Optional.empty();
      Optional<ImageList> read;
      try {
        whole = Optional.of(source.read());
        read = whole;
        if (whole.get().size() == 0) {
          problems.add(source.list() + ": the list is empty");
        }
      } catch (ListException e) {
        problems.addAll(e.problems());
        read = e.rest();
      }
      if (classes) {
        read.ifPresent(this::labels);
      }
      read.map(ImageList::present).ifPresent(looked::add);
      return whole;
    }

    private BatchSampler sampler(Config section, ImageList list) {
      Config settings = section.at("sampler");
      BatchSampler sampler = Samplers.of(settings, list.labels(), recipe.seed());
      if (sampler.batches() < 1) {
        settings
            .problem(
                "batch_size",
                settings.integer("batch_size")
                    + " with drop_last: the list "
                    + list.source()
                    + " has "
                    + list.size()
                    + " images, which make no batch")
            .check();
      }
      return sampler;
    }

    private Optional<Evaluated> readEvaluation() {
      Optional<List<Metric>> metrics =
          recipe.retrieval()
              ? Optional.of(List.of())
              : problems
                  .collect(() -> metrics(config, "Metric.Eval"))
                  .map(m -> m.isEmpty() ? List.of(new TopkAcc(List.of(1, 5))) : m);
      Optional<RetrievalEvaluation> retrieval =
          recipe.retrieval()
              ? problems.collect(() ->
                  config.has("Metric.Eval")
                      ? RetrievalEvaluation.of(config.at("Metric"), "Eval")
                      : RetrievalEvaluation.standard())
              : Optional.of(RetrievalEvaluation.standard());
      if (!recipe.retrieval()) {
        Optional<Recipe.Data> data = evaluated("DataLoader.Eval", true);
        return data.isEmpty() || metrics.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Evaluated(
                    data.get(),
                    Optional.empty(),
                    Optional.empty(),
                    metrics.get(),
                    retrieval.orElseThrow()));
      }
      Optional<Recipe.Data> query = evaluated("DataLoader.Eval.Query", false);
      Optional<Recipe.Data> gallery = evaluated("DataLoader.Eval.Gallery", false);
      if (query.isEmpty() || gallery.isEmpty() || retrieval.isEmpty()) {
        return Optional.empty();
      }
      if (query.get().list().size() == 0 || gallery.get().list().size() == 0) {
        return Optional.empty();
      }
      Matchable base = Matchable.of(query.get().list().samples(), gallery.get().list().samples());
      if (base.isEmpty()) {
        problems.add(query.get().list().source() + ": " + base.note().orElseThrow());
      } else {
        base.note().ifPresent(notes::add);
      }
      return Optional.of(
          new Evaluated(
              query.get(), gallery, Optional.of(base), metrics.orElseThrow(), retrieval.get()));
    }

    private Optional<Recipe.Data> evaluated(String key, boolean classes) {
      Optional<Recipe.Data> data = data(key, classes, lists);
      batch(key);
      data.ifPresent(d -> {
        if (d.section().flag("sampler.drop_last", false)) {
          notes.add(key + ".sampler.drop_last: no image is left out of a measurement");
        }
        sized(d.preprocessing(), key).ifPresent(shape -> fits(shape, key));
      });
      return data;
    }

    private void batch(String key) {
      int batch = config.integer(key + ".sampler.batch_size", Recipe.Data.BATCH_SIZE);
      if (batch < 1) {
        problems.add(key + ".sampler.batch_size: expected at least 1, found " + batch);
      }
      problems.collect(() -> config.check());
    }

    /// Images of an evaluation are as large as the network is built for.
    private void fits(int[] shape, String key) {
      int[] wanted = {3, recipe.imageSize().h(), recipe.imageSize().w()};
      if (!Arrays.equals(shape, wanted)) {
        problems.add(
            key
                + ".dataset.transform_ops: prepare images as "
                + Arrays.toString(shape)
                + ", Global.image_shape is "
                + Arrays.toString(wanted)
                + "; make them equal, e.g. -o Global.image_shape="
                + Arrays.toString(shape).replace(" ", ""));
      }
    }

    /// The size that images are prepared for; a problem where there is no single one.
    private Optional<int[]> sized(Preprocessing preprocessing, String key) {
      Optional<int[]> shape = preprocessing.outputShape();
      if (shape.isEmpty()) {
        problems.add(
            key
                + ".dataset.transform_ops: do not lead to one fixed size: end with a resize or a"
                + " crop");
      }
      return shape;
    }

    private void labels(ImageList list) {
      classes.ifPresent(n -> problems.addAll(list.labelsOutside(n)));
    }

    /// Asks for all keys, those of sections that this run does not use too, or that were not read to their end because
    /// something in them is wrong. What is wrong in them is told elsewhere, or not this command's business.
    private void keys() {
      Config apart = config.apart();
      var untold = new Problems();
      untold.collect(() -> loss(apart));
      untold.collect(() -> metrics(apart, "Metric.Train"));
      untold.collect(() -> Optimizers.settings(apart, recipe.epochs(), 1));
      keysOfData(apart, "DataLoader.Train", untold);
      untold.collect(
          () -> Samplers.of(apart.at("DataLoader.Train.sampler"), new long[1], recipe.seed()));
      for (String key : keysOfLists()) {
        keysOfData(apart, key, untold);
        apart.integer(key + ".sampler.batch_size", Recipe.Data.BATCH_SIZE);
        // Every image is measured once, in the order of the list, whatever these say.
        for (String without : List.of("name", "shuffle", "drop_last")) {
          apart.has(key + ".sampler." + without);
        }
      }
      untold.collect(() ->
          recipe.retrieval()
              ? RetrievalEvaluation.of(apart.at("Metric"), "Eval")
              : metrics(apart, "Metric.Eval"));
    }

    private List<String> keysOfLists() {
      return recipe.retrieval()
          ? List.of("DataLoader.Eval.Query", "DataLoader.Eval.Gallery")
          : List.of("DataLoader.Eval");
    }

    private static void keysOfData(Config apart, String key, Problems untold) {
      untold.collect(() -> ImageList.settings(apart.at(key + ".dataset")));
      untold.collect(() -> {
        Preprocessing all = Recipe.preprocessing(apart.at(key + ".dataset"));
        apart.check();
        return all;
      });
    }

    private CombinedLoss loss(Config from) {
      boolean mixed = transforms(from).stream().anyMatch(BatchTransform::mixesLabels);
      return CombinedLoss.of(from, "Loss.Train", new LossContext(mixed));
    }

    /// Changes to whole batches, such as mixing images; `batch_transform_ops` stands in one of two places.
    private List<BatchTransform> transforms(Config from) {
      List<BatchTransform> all = new ArrayList<>();
      for (String section : List.of("DataLoader.Train.dataset", "DataLoader.Train")) {
        if (from.has(section + ".batch_transform_ops")) {
          all.addAll(
              BatchTransforms.read(from.at(section), "batch_transform_ops", classes.orElse(0)));
        }
      }
      from.check();
      return all;
    }

    private static List<Metric> metrics(Config from, String key) {
      return Metrics.read(from, key);
    }
  }
}
