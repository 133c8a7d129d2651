package ai.fovea.plan;

import ai.fovea.base.AtomicFile;
import ai.fovea.base.PlaceLock;
import ai.fovea.base.Problems;
import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.data.BatchSampler;
import ai.fovea.data.ImageCheck;
import ai.fovea.data.ImageList;
import ai.fovea.data.ListException;
import ai.fovea.data.Samplers;
import ai.fovea.plan.schedule.Accumulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The lists and images of every phase of a run, looked at before the first long one begins, together with the configuration
/// that names them: all that is wrong is reported at once.
///
/// @param training what training reads, if the run trains
/// @param evaluation what evaluation reads, if the run evaluates
/// @param notes what a user should know, one line each
// Over 200 lines: a phase each for training, evaluation and export, which share what is found
// wrong.
public record Inputs(
    Optional<Training> training, Optional<Evaluated> evaluation, List<String> notes) {

  /// What training reads.
  ///
  /// @param plan the configuration
  /// @param steps how an epoch is divided into updates
  public record Training(
      TrainingPlan plan, Recipe.Data data, BatchSampler sampler, Accumulation steps) {}

  /// What evaluation reads.
  ///
  /// @param plan the configuration
  /// @param query the images that are searched with, or all images of a classifier
  /// @param gallery the images that are searched in; empty for a classifier
  /// @param base how many queries count; empty for a classifier
  public record Evaluated(
      EvaluationPlan plan,
      Recipe.Data query,
      Optional<Recipe.Data> gallery,
      Optional<Matchable> base) {}

  /// How images are looked at.
  ///
  /// @param threads how many look
  /// @param progress is told now and then how many of how many images are done
  public record Look(int threads, ImageCheck.Progress progress) {}

  /// For training.
  ///
  /// @param found what is wrong already, e.g. with the checkpoint to go on from
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  public static Inputs training(Recipe recipe, List<String> found, Look look) {
    return new Reader(recipe, look).training(found);
  }

  /// For measuring.
  ///
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  public static Inputs evaluation(Recipe recipe, Look look) {
    return new Reader(recipe, look).evaluation();
  }

  /// For export, which has no inputs but weights.
  ///
  /// @param done what becomes of them, e.g. `exported`
  /// @param found what is wrong already
  /// @return what a user should know, one line each
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  public static List<String> export(Recipe recipe, String done, List<String> found) {
    return new Reader(recipe, new Look(1, (_, _) -> {})).export(done, found);
  }

  private static final class Reader {
    private final Sections sections;
    private final Recipe recipe;
    private final Config config;
    private final Look look;
    private final Problems problems = new Problems();
    private final List<String> notes = new ArrayList<>();
    private final List<ImageList> lists = new ArrayList<>();
    private final List<ImageList> replaceable = new ArrayList<>();

    Reader(Recipe recipe, Look look) {
      this.recipe = recipe;
      this.config = recipe.config();
      this.look = look;
      this.sections = new Sections(recipe, Provided.load());
    }

    Inputs training(List<String> found) {
      Optional<TrainingPlan> plan = sections.training(problems);
      sections.keys(problems);
      outputObstacle()
          .ifPresent(reason ->
              problems.add("Global.output_dir: " + recipe.output().getParent() + ": " + reason));
      NamedWeights.starts(recipe).forEach(w -> w.missing().ifPresent(problems::add));
      problems.addAll(found);
      Optional<ImageList> list =
          list(sections.train(), true, recipe.replaceUnreadable() ? replaceable : lists);
      Optional<BatchSampler> sampler =
          list.filter(l -> l.size() > 0)
              .flatMap(l -> problems.collect(() -> sampler(sections.train().section(), l)));
      Optional<Accumulation> steps =
          sampler.map(s -> Accumulation.of(s.batches(), recipe.updateFrequency()));
      // Schedules whose length is a part of an epoch can only now be looked at whole.
      plan.ifPresent(p ->
          steps.ifPresent(
              s -> p.optimizers().forEach(o -> problems.collect(() -> o.schedule(s.updates())))));
      Optional<Evaluated> evaluated =
          recipe.evalDuringTrain()
              ? evaluated(plan.flatMap(TrainingPlan::evaluation))
              : Optional.empty();
      finish();
      notes.addAll(sections.warnings());
      if (plan.filter(p -> p.mixesLabels() && !p.metrics().isEmpty()).isPresent()) {
        notes.add("Metric.Train: labels are mixed, so that training shows no accuracy");
      }
      return new Inputs(
          Optional.of(
              new Training(
                  plan.orElseThrow(),
                  data(plan.orElseThrow().data(), list.orElseThrow()),
                  sampler.orElseThrow(),
                  steps.orElseThrow())),
          evaluated,
          List.copyOf(notes));
    }

    Inputs evaluation() {
      Optional<EvaluationPlan> plan = sections.evaluation(problems);
      sections.keys(problems);
      weights("measured");
      Optional<Evaluated> evaluated = evaluated(plan);
      finish();
      return new Inputs(Optional.empty(), evaluated, List.copyOf(notes));
    }

    List<String> export(String done, List<String> found) {
      sections.common(problems);
      problems.addAll(Unsupported.problems(config, false));
      sections.keys(problems);
      problems.addAll(found);
      weights(done);
      finish();
      return List.copyOf(notes);
    }

    /// Checkpoints lie in the folder; beside it lies the sign that a training is running there.
    private Optional<String> outputObstacle() {
      return AtomicFile.obstacle(recipe.output()).or(() -> PlaceLock.obstacle(recipe.output()));
    }

    private void weights(String done) {
      problems
          .collect(() -> NamedWeights.source(recipe, done))
          .flatMap(NamedWeights.Named::missing)
          .ifPresent(problems::add);
    }

    private void finish() {
      notes.addAll(0, sections.notes());
      try {
        if (recipe.checkImages()) {
          images();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while images were looked at", e);
      }
      problems.throwIfAny(ConfigException::new);
      notes.addAll(KeysWithoutEffect.notes(config));
    }

    private void images() throws InterruptedException {
      Optional<Consumer<String>> damaged =
          recipe.decoder().acceptDamage() ? Optional.of(notes::add) : Optional.empty();
      problems.addAll(ImageCheck.problems(lists, look.threads(), damaged, look.progress()));
      if (damaged.isPresent()) {
        // What can't be read of these is told where it is replaced.
        ImageCheck.problems(replaceable, look.threads(), damaged, look.progress());
      }
    }

    private Recipe.Data data(DataPlan plan, ImageList list) {
      return new Recipe.Data(plan.section(), list, plan.preprocessing(), recipe.decoder());
    }

    /// The list of a section, looked through as far as it can be understood.
    ///
    /// @param classes whether labels must be those of the network's classes
    /// @param looked receives the list, whose images will be looked at
    private Optional<ImageList> list(DataParts parts, boolean classes, List<ImageList> looked) {
      return parts.source().value().flatMap(source -> list(parts, source, classes, looked));
    }

    private Optional<ImageList> list(
        DataParts parts, ImageList.Source source, boolean classes, List<ImageList> looked) {
      Config dataset = config.apart().at(parts.key()).at("dataset");
      if (!source.isThere(dataset)) {
        problems.collect(() -> dataset.check());
        return Optional.empty();
      }
      Optional<ImageList> whole = Optional.empty();
      Optional<ImageList> read;
      try {
        whole = Optional.of(source.read());
        read = whole;
        if (whole.get().size() == 0) {
          dataset.problem(source.listKey(), source.list() + ": the list is empty");
          problems.collect(() -> dataset.check());
        }
      } catch (ListException e) {
        problems.addAll(e.problems());
        read = e.rest();
      }
      if (classes) {
        read.ifPresent(list ->
            sections
                .classes()
                .ifPresent(
                    n -> list.labelsOutside(n, sections.classesKey()).ifPresent(problems::add)));
      }
      read.map(ImageList::present).ifPresent(looked::add);
      return whole;
    }

    private BatchSampler sampler(Config section, ImageList list) {
      Config settings = section.at("sampler");
      // A section that can't be read is told already.
      BatchSampler sampler =
          Samplers.on(
              settings,
              sections.sampler().orElseGet(() -> Samplers.read(settings)),
              list.labels(),
              recipe.seed(),
              1,
              0);
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

    /// @param plan empty where the configuration is wrong; its lists are looked at all the same
    private Optional<Evaluated> evaluated(Optional<EvaluationPlan> plan) {
      List<Optional<ImageList>> all = new ArrayList<>();
      for (DataParts parts : sections.evaluated()) {
        all.add(list(parts, !recipe.retrieval(), lists));
      }
      if (all.stream().anyMatch(l -> l.isEmpty() || l.get().size() == 0)) {
        return Optional.empty();
      }
      ImageList query = all.getFirst().orElseThrow();
      Optional<ImageList> gallery = all.stream().skip(1).findFirst().flatMap(l -> l);
      Optional<Matchable> base = gallery.map(g -> Matchable.of(query.samples(), g.samples()));
      base.ifPresent(b -> {
        if (b.isEmpty()) {
          problems.add(query.source() + ": " + b.note().orElseThrow());
        } else {
          b.note().ifPresent(notes::add);
        }
      });
      return plan.map(p ->
          new Evaluated(
              p,
              data(p.query(), query),
              gallery.map(g -> data(p.gallery().orElseThrow(), g)),
              base));
    }
  }
}
