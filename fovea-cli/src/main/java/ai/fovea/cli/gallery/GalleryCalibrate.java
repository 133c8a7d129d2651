package ai.fovea.cli.gallery;

import ai.fovea.chart.ChartFile;
import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.ManyOfOneKind;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.input.DamagedImages;
import ai.fovea.cli.input.Images;
import ai.fovea.cli.input.Inputs;
import ai.fovea.cli.input.ModelChoice;
import ai.fovea.cli.options.Beside;
import ai.fovea.cli.options.Bounds;
import ai.fovea.cli.options.Written;
import ai.fovea.cli.text.Table;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GalleryJson;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.CalibrationSettings;
import ai.fovea.gallery.calibration.GalleryScores;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `fovea gallery calibrate`: finds the thresholds that tell known from unknown.
@Command(
    name = "calibrate",
    description =
        "Finds the thresholds that tell known from unknown things, from the gallery's "
            + "own images, stores them, and tells which rates are to be expected: false "
            + "accepts are unknown things taken for known, false rejects known things taken "
            + "for unknown. Both are equally frequent (the equal error rate) unless another "
            + "rate or a threshold is given.",
    footer = {
      "",
      "Example: fovea gallery calibrate my-gallery --plot scores.svg",
      "         fovea gallery calibrate my-gallery --false-accept-rate 0.01",
      "         fovea gallery calibrate my-gallery --threshold 0.7"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GalleryCalibrate implements Callable<Outcome> {
  private static final int MOST_LABELS = 15;
  private static final int COPIES = 5; // of one group

  @Mixin private final Common common = new Common();
  @Mixin private final ModelChoice model = new ModelChoice();
  @Mixin private final DamagedImages damaged = new DamagedImages();

  @Parameters(index = "0", paramLabel = "GALLERY", description = "The folder of the gallery.")
  private Path folder;

  @Option(
      names = "--false-accept-rate",
      paramLabel = "SHARE",
      description =
          "The share of unknown things that may be taken for known; left out: as large as that of"
              + " known things taken for unknown.")
  @Bounds(from = 0, to = 1, excluded = true)
  private Optional<Double> rate = Optional.empty();

  @Option(
      names = "--threshold",
      paramLabel = "SCORE",
      description = "Set this threshold for all labels, and tell which rates it has.")
  @Beside(not = "--false-accept-rate")
  private Optional<Float> threshold = Optional.empty();

  @Option(
      names = "--negatives",
      paramLabel = "PATH",
      description =
          "Images of things that are none of the gallery's: a folder or a list of them, a"
              + " pattern, or - for standard input; may be repeated. They count as unknown things"
              + " beside the gallery's own images.")
  private List<String> negatives = List.of();

  @Option(
      names = "--one-threshold",
      description = "One threshold for all labels; left out: labels with many images have own.")
  private boolean one;

  @Option(
      names = {"--images", "--pictures"},
      paramLabel = "N",
      defaultValue = "2000",
      description = "How many images are asked at most (default: ${DEFAULT-VALUE}).")
  @Bounds(from = 1)
  private int images;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draw both kinds of scores and the rates into this .svg or .png file.")
  @Written(endings = {".svg", ".png"})
  private Optional<Path> plot = Optional.empty();

  @Option(
      names = "--allow-duplicates",
      description = "The same image under two labels is no problem; it never counts.")
  private boolean allowDuplicates;

  @Option(names = "--dry-run", description = "Store nothing.")
  private boolean dry;

  @Override
  public Outcome call() throws IOException {
    List<String> problems = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    try (LocalGallery gallery = dry ? Unfinished.openReadOnly(folder) : LocalGallery.open(folder)) {
      ScoreRange.check(common, "--threshold", threshold, gallery.info().settings().similarity());
      CalibrationSettings settings =
          new CalibrationSettings(
              rate.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
              !one,
              unknown(gallery, problems, notes, warnings),
              images);
      GalleryScores scores = Threshold.measure(common, gallery, settings);
      if (!allowDuplicates) {
        scores.conflicts().forEach(c -> problems.add(conflict(c)));
      }
      notes.addAll(ImageImporter.few(copies(gallery), ImageImporter.MORE_COPIES));
      if (dry) {
        Unfinished.warning(folder).ifPresent(warnings::add);
      }
      notes.forEach(common::note);
      warnings.forEach(common::warning);
      Calibration found =
          threshold.isPresent()
              ? scores.calibration(threshold.get())
              : scores.calibration(settings);
      if (!dry) {
        gallery.setCalibration(found);
        gallery.flush();
        Unfinished.forget(folder);
      }
      if (plot.isPresent()) {
        ChartFile.write(CalibrationPlot.of(scores, found), plot.get());
      }
      ManyOfOneKind.few(problems).forEach(common::problem);
      tell(gallery, found, problems, notes, warnings);
    }
    return problems.isEmpty() ? Outcome.DONE : Outcome.INCOMPLETE;
  }

  private List<float[]> unknown(
      LocalGallery gallery, List<String> problems, List<String> notes, List<String> warnings)
      throws IOException {
    if (negatives.isEmpty()) {
      return List.of();
    }
    Images found = Images.of(Inputs.of(negatives, common));
    found.problems().stream().map(found.inputs()::named).forEach(problems::add);
    notes.addAll(found.notes());
    List<Path> files = found.images();
    try (Embedder embedder = model.embedder(damaged);
        var progress = common.progress("embedding", files.size())) {
      GalleryModelCheck.check(folder, gallery, embedder, notes::add);
      List<float[]> vectors = new ArrayList<>();
      List<ImageSource> sources = files.stream().map(ImageSource::of).toList();
      List<Result<float[]>> all = embedder.embedAll(sources, progress::at);
      for (int i = 0; i < files.size(); i++) {
        Path file = files.get(i);
        all.get(i).problem().map(found.inputs()::named).ifPresent(problems::add);
        all.get(i)
            .toOptional()
            .ifPresent(f -> {
              vectors.add(f);
              damaged.warning(file).map(found.inputs()::named).ifPresent(warnings::add);
            });
      }
      if (vectors.isEmpty()) {
        problems.forEach(common::problem);
        throw new CommandException(
            String.join(", ", negatives) + ": none of the negatives can be used");
      }
      return vectors;
    }
  }

  /// Images that are there twice under one label, which count once.
  private static List<String> copies(LocalGallery gallery) {
    return gallery.duplicates().stream()
        .filter(group -> group.stream().map(Entry::label).distinct().count() == 1)
        .map(group ->
            "one image "
                + group.size()
                + " times: "
                + group.stream()
                    .limit(COPIES)
                    .map(GalleryCalibrate::entry)
                    .collect(Collectors.joining(", "))
                + (group.size() > COPIES ? " and " + (group.size() - COPIES) + " more" : ""))
        .toList();
  }

  private static String conflict(GalleryScores.Conflict c) {
    return ManyOfOneKind.TWO_LABELS.problem(
        "the same image has two labels: " + entry(c.first()) + " and " + entry(c.second()));
  }

  private static String entry(Entry e) {
    return "'" + e.label() + "' (id " + e.id() + e.source().map(s -> ", " + s).orElse("") + ")";
  }

  private void tell(
      LocalGallery gallery,
      Calibration found,
      List<String> problems,
      List<String> notes,
      List<String> warnings) {
    List<String> rejected =
        Stream.concat(
                GalleryReport.warning(folder, found, gallery.info().settings().similarity())
                    .stream(),
                GalleryReport.hardLabels(folder, found).stream())
            .toList();
    if (common.json()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("gallery", folder.toString());
      all.put("stored", !dry);
      all.put("calibration", GalleryJson.calibration(found));
      all.put("labels", GalleryJson.labels(found));
      all.put("problems", problems);
      all.put("notes", notes);
      all.put("warnings", Stream.concat(warnings.stream(), rejected.stream()).toList());
      common.print(all);
      return;
    }
    GalleryReport.threshold(found).forEach(common.out()::println);
    if (dry) {
      common.out().println("Not stored.");
    }
    rejected.forEach(common::warning);
    common
        .out()
        .println(
            "It rests on "
                + GalleryReport.counted(found.betweenScores(), "score")
                + " of unknown and "
                + found.withinScores()
                + " of known things; in brackets: 95 % intervals.");
    Map<String, Integer> sizes = gallery.labels();
    var labels =
        found.labels().entrySet().stream()
            .sorted(
                Comparator.comparingInt(
                        (Map.Entry<String, Calibration.Label> l) -> -l.getValue().falseAccepts())
                    .thenComparingDouble(
                        l -> -l.getValue().falseRejectRate().map(r -> r.value()).orElse(0.0))
                    .thenComparing(Map.Entry::getKey))
            .toList();
    Table table = new Table("label", ">images", ">threshold", ">false accepts", ">false rejects");
    labels.stream()
        .limit(MOST_LABELS)
        .forEach(l ->
            table.row(
                l.getKey(),
                sizes.getOrDefault(l.getKey(), 0),
                GalleryReport.score(l.getValue().threshold(), 4),
                l.getValue().falseAccepts(),
                l.getValue().falseRejectRate().map(GalleryReport::percent).orElse("")));
    common.print(table);
    if (labels.size() > MOST_LABELS) {
      common
          .out()
          .println("... and " + (labels.size() - MOST_LABELS) + " more; --json lists all of them.");
    }
    plot.ifPresent(file -> common.out().println("Drawn: " + file));
  }
}
