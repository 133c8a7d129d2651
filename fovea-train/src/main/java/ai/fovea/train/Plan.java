package ai.fovea.train;

import ai.fovea.config.Config;
import ai.fovea.config.Device;
import ai.fovea.data.BatchSampler;
import ai.fovea.data.ImageCheck;
import ai.fovea.data.ImageList;
import ai.fovea.data.ListException;
import ai.fovea.data.Samplers;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Op;
import ai.fovea.graph.Value;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.plan.Problems;
import ai.fovea.plan.Recipe;
import ai.fovea.plan.UnreadKeys;
import ai.fovea.plan.schedule.Accumulation;
import ai.fovea.train.loss.CombinedLoss;
import ai.fovea.train.metric.Matchable;
import ai.fovea.train.metric.RetrievalEvaluation;
import ai.fovea.train.metric.TopkAcc;
import ai.fovea.weights.AtomicFile;
import ai.fovea.weights.PlaceLock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
      BatchSampler sampler,
      CombinedLoss loss,
      Accumulation steps,
      Optional<TopkAcc> metric) {}

  /// What evaluation needs.
  ///
  /// @param query the images that are searched with, or all images of a classifier
  /// @param gallery the images that are searched in; empty for a classifier
  /// @param base how many queries count; empty for a classifier
  record Evaluated(
      Recipe.Data query,
      Optional<Recipe.Data> gallery,
      Optional<Matchable> base,
      TopkAcc topk,
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
          recipe.arch().has("name")
              ? problems.collect(() -> Networks.serving(recipe))
              : Optional.empty();
      this.classes =
          network
              .map(g -> g.outputs().get("logits"))
              .map(Value::shape)
              .map(shape -> OptionalInt.of(shape.size(shape.rank() - 1)))
              .orElse(OptionalInt.empty());
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
      problems.collect(() -> topk(config, "Metric.Train"));
      Optional<List<Optimizers.Settings>> optimizers =
          problems.collect(() -> Optimizers.settings(config, recipe.epochs(), 1));
      problems.collect(this::samplerOfAnyList);
      settingsOfData("DataLoader.Train")
          .filter(_ -> recipe.arch().has("name"))
          .flatMap(size -> problems.collect(() -> Networks.trained(recipe, size)))
          .ifPresent(graph -> {
            String model = recipe.arch().text("name");
            optimizers.ifPresent(
                o -> problems.collect(() -> Optimizers.scopes(o, graph.params(), model)));
            loss.ifPresent(l -> problems.collect(() -> LossTrial.run(l, graph)));
          });
      if (recipe.evalDuringTrain()) {
        problems.collect(() ->
            recipe.retrieval()
                ? RetrievalEvaluation.of(config.at("Metric"), "Eval")
                : topk(config, "Metric.Eval"));
        for (String key : keysOfLists()) {
          settingsOfData(key).ifPresent(size -> fits(new int[] {3, size.h(), size.w()}, key));
          batch(key);
        }
      }
      keys();
      problems.addAll(UnreadKeys.options(config));
      return problems.all();
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
      Optional<Optional<TopkAcc>> metric = problems.collect(() -> topk(config, "Metric.Train"));
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
      if (data.isEmpty() || loss.isEmpty() || metric.isEmpty() || sampler.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new Training(data.get(), sampler.get(), loss.get(), steps.orElseThrow(), metric.get()));
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
      Optional<TopkAcc> topk =
          recipe.retrieval()
              ? Optional.of(new TopkAcc(List.of(1, 5)))
              : problems
                  .collect(() -> topk(config, "Metric.Eval"))
                  .map(t -> t.orElse(new TopkAcc(List.of(1, 5))));
      Optional<RetrievalEvaluation> retrieval =
          recipe.retrieval()
              ? problems.collect(() ->
                  config.has("Metric.Eval")
                      ? RetrievalEvaluation.of(config.at("Metric"), "Eval")
                      : RetrievalEvaluation.standard())
              : Optional.of(RetrievalEvaluation.standard());
      if (!recipe.retrieval()) {
        Optional<Recipe.Data> data = evaluated("DataLoader.Eval", true);
        return data.isEmpty() || topk.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Evaluated(
                    data.get(),
                    Optional.empty(),
                    Optional.empty(),
                    topk.get(),
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
              query.get(), gallery, Optional.of(base), topk.orElseThrow(), retrieval.get()));
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
      untold.collect(() -> topk(apart, "Metric.Train"));
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
              : topk(apart, "Metric.Eval"));
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

    private static CombinedLoss loss(Config from) {
      return CombinedLoss.of(from, "Loss.Train");
    }

    /// The accuracy that a list of metrics asks for; other metrics are refused, since their figures would be missing, or those
    /// of another metric in their place.
    private static Optional<TopkAcc> topk(Config from, String key) {
      Optional<TopkAcc> found = Optional.empty();
      for (Config.Named metric : from.named(key)) {
        if (metric.name().equals("TopkAcc")) {
          found = Optional.of(TopkAcc.of(metric.settings()));
        } else {
          from.problem(
              key,
              metric.name()
                  + " is not supported, there is TopkAcc; to go on without it: -o "
                  + key
                  + "=None");
        }
      }
      from.check();
      return found;
    }
  }
}
