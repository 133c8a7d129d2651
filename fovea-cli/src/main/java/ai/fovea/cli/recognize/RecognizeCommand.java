package ai.fovea.cli.recognize;

import ai.fovea.base.InputException;
import ai.fovea.base.ModelException;
import ai.fovea.cli.Common;
import ai.fovea.cli.Failures;
import ai.fovea.cli.OnInterruption;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.gallery.EmptyGallery;
import ai.fovea.cli.gallery.FilterCheck;
import ai.fovea.cli.gallery.GalleryModelCheck;
import ai.fovea.cli.gallery.GalleryReport;
import ai.fovea.cli.gallery.ScoreRange;
import ai.fovea.cli.gallery.Sources;
import ai.fovea.cli.gallery.Unfinished;
import ai.fovea.cli.input.DamagedImages;
import ai.fovea.cli.input.ImageLists;
import ai.fovea.cli.input.ImageParameters;
import ai.fovea.cli.input.Images;
import ai.fovea.cli.input.ModelChoice;
import ai.fovea.cli.options.Bounds;
import ai.fovea.cli.options.Written;
import ai.fovea.cli.text.Table;
import ai.fovea.config.Config;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.decision.DecisionPolicy;
import ai.fovea.image.ImageDecoder;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.Recognition;
import ai.fovea.recognize.Recognizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `fovea recognize`: looks images up in a gallery.
@Command(
    name = "recognize",
    description = {
      "Finds out what images show by the most similar images of a gallery.",
      "What is not similar enough is unknown."
    },
    footer = {
      "",
      "Example: fovea recognize --gallery my-gallery query.jpg",
      "         fovea recognize -c inference_general.yaml -o IndexProcess.index_dir=my-gallery"
    })
public final class RecognizeCommand implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final ModelChoice model = new ModelChoice();
  @Mixin private final Deployment deployment = new Deployment();
  @Mixin private final DamagedImages damaged = new DamagedImages();
  @Mixin private final ImageParameters images = new ImageParameters();

  @Option(
      names = {"-g", "--gallery"},
      paramLabel = "GALLERY",
      description = "The folder of the gallery.")
  private Optional<Path> gallery = Optional.empty();

  @Option(
      names = "--threshold",
      paramLabel = "SCORE",
      description = "The score that counts as known; left out: the gallery's own.")
  private Optional<Double> threshold = Optional.empty();

  @Option(
      names = {"-k", "--nearest"},
      paramLabel = "K",
      description = "How many of the nearest images vote (default: 5).")
  @Bounds(from = 1)
  private Optional<Integer> nearest = Optional.empty();

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description =
          "Look only among images that this accepts, such as 'label in (mug, cup) and not"
              + " attribute shop = 7'.")
  private Optional<String> filter = Optional.empty();

  @Option(
      names = "--draw",
      paramLabel = "DIR",
      description = "Write each image with its label into this folder.")
  @Written(folder = true)
  private Optional<Path> draw = Optional.empty();

  @Option(
      names = "--whole-image",
      description = "Look up whole images though a configuration names a detector.")
  private boolean wholeImage;

  @Override
  public Outcome call() throws IOException {
    Optional<Config> config = deployment.config(common);
    var all = new Gathered();
    all.look(() -> Deployment.refuseDetector(config, wholeImage));
    Path folder =
        gallery
            .or(() -> Deployment.gallery(config))
            .orElseThrow(() ->
                common.wrongUsage(
                    "no gallery: name it with --gallery, or in a configuration as"
                        + " IndexProcess.index_dir"));
    int k = nearest.or(() -> Deployment.nearest(config)).orElse(5);
    Optional<ImageLists.Found> list =
        images.words().isEmpty() ? deployment.evaluationList(config) : Optional.empty();
    Images found =
        list.isPresent()
            ? Images.of(list.get())
            : Deployment.images(common, images.words(), config);
    var policy =
        new DecisionPolicy(
            k, threshold.map(OptionalDouble::of).orElseGet(() -> Deployment.threshold(config)));
    all.look(() -> Deployment.refuseWrong(config));
    all.check();
    Deployment.tell(config, common);
    List<Recognition> results;
    try (OnInterruption _ =
        new OnInterruption(common, () -> List.of(OnInterruption.NOTHING_PRINTED))) {
      results = recognize(folder, policy, config, found);
    }
    if (draw.isPresent()) {
      AnnotatedImages.write(results, found.inputs(), draw.get(), damaged, found.problems())
          .ifPresent(found.notes()::add);
    }
    report(folder, results, found, list.map(l -> Answers.of(results, l.images())));
    return found.problems().isEmpty() ? Outcome.DONE : Outcome.INCOMPLETE;
  }

  private List<Recognition> recognize(
      Path folder, DecisionPolicy policy, Optional<Config> config, Images found)
      throws IOException {
    var results = new ArrayList<Recognition>();
    try (LocalGallery gallery = Unfinished.openReadOnly(folder)) {
      Unfinished.warning(folder).ifPresent(found.warnings()::add);
      EmptyGallery.warning(folder, gallery).ifPresent(found.warnings()::add);
      ScoreRange.check(
          common,
          threshold.isPresent() ? "--threshold" : "IndexProcess.score_thres",
          policy.threshold().stream().boxed().findFirst(),
          gallery.info().settings().similarity());
      // The gallery's vectors were made with the model folder's own preparation, not with a
      // configuration's.
      try (Embedder embedder =
              Embedder.of(model.open(Deployment.model(config)), damaged.apply(model.options()));
          var progress = common.progress("recognizing", found.images().size())) {
        common.verbose("gallery " + folder + ": " + GalleryReport.size(gallery.info()));
        common.verbose("model " + embedder.name());
        GalleryModelCheck.check(folder, gallery, embedder, found.notes()::add);
        Filter accepted = filter.map(Filter::parse).orElse(Filter.everything());
        FilterCheck.warning(gallery, accepted).ifPresent(found.warnings()::add);
        var recognizer = new Recognizer(embedder, gallery, policy, accepted);
        int done = 0;
        for (Path file : found.images()) {
          try {
            byte[] content = ImageDecoder.STANDARD.load(file);
            results.add(recognizer.recognize(content, found.inputs().name(file)));
            damaged.warning(file).ifPresent(found.warnings()::add);
          } catch (InputException | ModelException e) {
            found.problems().add(Failures.describe(e));
          }
          progress.at(++done);
        }
      }
    }
    return results;
  }

  private void report(
      Path folder, List<Recognition> results, Images found, Optional<Answers> answers) {
    found.tell(common);
    if (common.json()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("gallery", folder.toString());
      all.put("images", results.stream().map(RecognitionJson::of).toList());
      answers.ifPresent(a -> all.put("evaluation", a.toMap()));
      found.put(all);
      common.print(all);
    } else if (!results.isEmpty()) {
      common.print(table(results));
      answers.ifPresent(a -> common.out().println(a.text()));
    }
  }

  /// Results in columns.
  static Table table(List<Recognition> results) {
    Table table =
        new Table("image", "label", ">score", ">needed", ">share", ">margin", "nearest", ">ms");
    for (Recognition r : results) {
      table.row(
          r.image(),
          new Table.Cell(label(r), r.isUnknown() ? Table.Colour.YELLOW : Table.Colour.GREEN),
          GalleryReport.score(r.score(), 3),
          GalleryReport.score(r.threshold(), 3),
          number("%.2f", r.share()),
          number("%.2f", r.margin()),
          r.candidates().isEmpty() ? "" : nearest(r.candidates().getFirst()),
          number("%.1f", r.milliseconds()));
    }
    return table;
  }

  /// The label, or `(unknown)`, or `(unknown, probably mug)`.
  public static String label(Recognition r) {
    return r.label()
        .orElseGet(
            () -> r.probable().map(p -> "(unknown, probably " + p + ")").orElse("(unknown)"));
  }

  private static String nearest(Recognition.Match match) {
    return match.source().isEmpty() ? match.label() : Sources.shown(match.source());
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
