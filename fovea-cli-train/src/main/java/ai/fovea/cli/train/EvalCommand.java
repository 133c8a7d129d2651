package ai.fovea.cli.train;

import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.input.DamagedImages;
import ai.fovea.cli.input.Inputs;
import ai.fovea.cli.plan.Configured;
import ai.fovea.cli.text.Progress;
import ai.fovea.image.ImageSource;
import ai.fovea.index.eval.EvaluationSet;
import ai.fovea.index.eval.RetrievalMetrics;
import ai.fovea.index.eval.RetrievalSettings;
import ai.fovea.plan.Matchable;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.ModelFolder;
import ai.fovea.recognize.ModelOptions;
import ai.fovea.recognize.Result;
import ai.fovea.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `fovea eval`: measures a checkpoint with a configuration, or a model folder with plain lists.
@Command(
    name = "eval",
    description = {
      "Measures how well a model finds images of the same label (recall@k, mAP).",
      "With -c: the weights and data of a configuration. With --query: a model "
          + "folder and plain lists, one `path label` or `path<TAB>label` a line, a third "
          + "column naming the very image."
    },
    footer = {
      "",
      "Example: fovea eval --model model --root photos --query query.txt --gallery gallery.txt",
      "         fovea eval -c recipe.yaml -o Global.pretrained_model=output/RecModel/best_model"
    })
@SuppressWarnings("UnusedVariable") // picocli sets the fields
final class EvalCommand implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final Configured configured = new Configured();
  @Mixin private final ImageLook look = new ImageLook();
  @Mixin private final DamagedImages damaged = new DamagedImages();

  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      description = "Model folder. Default: the embedded model.")
  private @Nullable Path model;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "Folder that paths in the lists are relative to. Default: each list's own.")
  private @Nullable Path root;

  @Option(
      names = "--query",
      paramLabel = "LIST",
      description =
          "Images to search with: a list, a pattern for lists, or - for standard input; may be"
              + " repeated.")
  private List<String> query = List.of();

  @Option(
      names = "--gallery",
      paramLabel = "LIST",
      description = "Images to search in, likewise. Default: the queries, each without itself.")
  private List<String> gallery = List.of();

  @Override
  public Outcome call() throws IOException {
    Measured measured;
    if (configured.file().isPresent()) {
      if (!query.isEmpty()
          || !gallery.isEmpty()
          || model != null
          || root != null
          || damaged.accepted()) {
        throw common.wrongUsage(
            "-c goes without --model, --root, --query, --gallery and --accept-damaged: the"
                + " configuration names all there is to measure");
      }
      Trainer.Measurement found;
      try (var watching = new Watching(common, 1, 1, _ -> {}, _ -> {})) {
        found =
            Trainer.evaluate(
                configured.recipe(common, look.overrides()), configured.threads(), watching);
      }
      measured = new Measured(found.metrics(), found.base(), List.of(), List.of());
    } else if (query.isEmpty()) {
      throw common.wrongUsage("either -c FILE or --query LIST is needed");
    } else {
      measured = lists();
      // A configuration's is told with its other notes, before anything is measured.
      measured.base().flatMap(Matchable::note).ifPresent(common::remark);
    }
    if (common.json()) {
      Map<String, Object> result = new LinkedHashMap<>(measured.metrics());
      measured
          .base()
          .ifPresent(b -> {
            result.put("queries", b.queries());
            result.put("queries_with_match", b.counted());
          });
      result.put("problems", measured.problems());
      result.put("warnings", measured.warnings());
      common.print(result);
    } else {
      measured
          .metrics()
          .forEach((name, v) -> common.out().println("%-10s %6.2f %%".formatted(name, 100 * v)));
    }
    return measured.problems().isEmpty() ? Outcome.DONE : Outcome.INCOMPLETE;
  }

  /// @param base how many queries count, where there are queries
  /// @param problems of images that could not be read
  /// @param warnings of damaged images that were taken
  private record Measured(
      Map<String, Double> metrics,
      Optional<Matchable> base,
      List<String> problems,
      List<String> warnings) {}

  private Measured lists() throws IOException {
    List<PlainList.Line> queryLines = PlainList.read(Inputs.of(query, common), root);
    List<PlainList.Line> galleryLines =
        gallery.isEmpty() ? queryLines : PlainList.read(Inputs.of(gallery, common), root);
    String queryList = String.join(", ", query);
    Set<String> known =
        galleryLines.stream().map(PlainList.Line::label).collect(Collectors.toSet());
    if (queryLines.stream().noneMatch(q -> known.contains(q.label()))) {
      throw nothingToMeasure(queryList, new Matchable(queryLines.size(), 0));
    }
    ModelFolder folder = model == null ? ModelFolder.standard() : ModelFolder.open(model);
    var labels = new HashMap<String, Long>();
    var imageIds = new HashMap<String, Long>();
    try (Embedder embedder =
        Embedder.of(folder, damaged.apply(new ModelOptions(configured.threads(), true)))) {
      var problems = new ArrayList<String>();
      // An image of both lists is told once.
      var warnings = new LinkedHashSet<String>();
      EvaluationSet queries = set(embedder, queryLines, labels, imageIds, problems, warnings);
      EvaluationSet images =
          gallery.isEmpty()
              ? queries
              : set(embedder, galleryLines, labels, imageIds, problems, warnings);
      problems.forEach(common::problem);
      warnings.forEach(common::warning);
      if (queries.size() == 0 || images.size() == 0) {
        throw new IOException("no image could be read");
      }
      var result =
          RetrievalMetrics.evaluate(
              queries,
              images,
              new RetrievalSettings(
                  List.of(1, 5),
                  List.of(1),
                  RetrievalSettings.Excluded.LEAVE,
                  OptionalInt.empty()));
      var base = new Matchable(result.queries(), result.matchable());
      if (base.isEmpty()) {
        throw nothingToMeasure(queryList, base);
      }
      var metrics = new LinkedHashMap<String, Double>();
      result.recall().forEach((k, v) -> metrics.put(String.format(Locale.ROOT, "recall%d", k), v));
      metrics.put("mAP", result.meanAveragePrecision());
      return new Measured(metrics, Optional.of(base), List.copyOf(problems), List.copyOf(warnings));
    }
  }

  private static IOException nothingToMeasure(String list, Matchable base) {
    return new IOException(list + ": " + base.note().orElseThrow());
  }

  /// @param labels number of each label, extended here
  /// @param imageIds number of each image's identity, extended here
  /// @param problems gets a line for each image that can't be used
  /// @param warnings gets a line for each damaged image that was taken
  private EvaluationSet set(
      Embedder embedder,
      List<PlainList.Line> lines,
      Map<String, Long> labels,
      Map<String, Long> imageIds,
      List<String> problems,
      Set<String> warnings) {
    List<Path> files = lines.stream().map(PlainList.Line::file).toList();
    var vectors = new ArrayList<float[]>();
    var own = new ArrayList<Long>();
    var ids = new ArrayList<Long>();
    try (Progress progress = common.progress("embed", files.size())) {
      List<Result<float[]>> embedded =
          embedder.embedAll(files.stream().map(ImageSource::of).toList(), progress::at);
      for (int i = 0; i < embedded.size(); i++) {
        if (embedded.get(i) instanceof Result.Value<float[]>(float[] vector)) {
          vectors.add(vector);
          own.add(labels.computeIfAbsent(lines.get(i).label(), _ -> (long) labels.size()));
          ids.add(imageIds.computeIfAbsent(lines.get(i).identity(), _ -> (long) imageIds.size()));
          damaged.warning(files.get(i)).ifPresent(warnings::add);
        } else {
          problems.add(embedded.get(i).problem().orElse(""));
        }
      }
    }
    long[] each = own.stream().mapToLong(Long::longValue).toArray();
    return EvaluationSet.of(vectors.toArray(float[][]::new), each)
        .withCameras(ids.stream().mapToLong(Long::longValue).toArray())
        .normalized();
  }
}
