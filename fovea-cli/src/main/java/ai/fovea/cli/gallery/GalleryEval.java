package ai.fovea.cli.gallery;

import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.OnInterruption;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.input.DamagedImages;
import ai.fovea.cli.input.ImageLists;
import ai.fovea.cli.input.Inputs;
import ai.fovea.cli.input.ModelChoice;
import ai.fovea.cli.options.Beside;
import ai.fovea.cli.options.Bounds;
import ai.fovea.cli.options.Written;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.decision.DecisionPolicy;
import ai.fovea.gallery.eval.Evaluation;
import ai.fovea.gallery.eval.HeldOut;
import ai.fovea.recognize.Embedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `fovea gallery eval`: how well a gallery answers labelled queries.
@Command(
    name = "eval",
    description =
        "Asks a gallery labelled queries and tells how well it answers. Queries with "
            + "labels that the gallery lacks must be unknown to it. A query that is in the "
            + "gallery does not find itself.",
    footer = {
      "",
      "Example: fovea gallery eval my-gallery --queries queries.txt --report report.html"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GalleryEval implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final ModelChoice model = new ModelChoice();
  @Mixin private final DamagedImages damaged = new DamagedImages();

  @Parameters(index = "0", paramLabel = "GALLERY", description = "The folder of the gallery.")
  private Path folder;

  @Option(
      names = "--queries",
      required = true,
      paramLabel = "PATH",
      description = {
        "A list of images and labels, or a folder with one folder per label, or a pattern for"
            + " such,",
        "or - for a list on standard input; may be repeated."
      })
  private List<String> queries = List.of();

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "Where the paths in the list begin; left out: at the list's folder.")
  private Optional<Path> root = Optional.empty();

  @Option(
      names = "--threshold",
      paramLabel = "SCORE",
      description = "The score that counts as known; left out: the gallery's own.")
  private Optional<Double> threshold = Optional.empty();

  @Option(
      names = {"-k", "--nearest"},
      paramLabel = "K",
      defaultValue = "5",
      description = "How many of the nearest images vote (default: ${DEFAULT-VALUE}).")
  @Bounds(from = 1)
  private int nearest;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write all figures and the worst confusions, with images, as one HTML page.")
  @Written
  private Optional<Path> report = Optional.empty();

  @Option(
      names = "--held-out",
      paramLabel = "ROUNDS",
      description =
          "Instead: leave a random half of the labels out of a copy of the gallery, "
              + "calibrate it, ask the queries, so many times. Tells what a calibration is "
              + "worth for things never seen.")
  @Bounds(from = 1)
  @Beside(not = {"--report", "--threshold", "--nearest"})
  private Optional<Integer> heldOut = Optional.empty();

  @Option(
      names = "--false-accept-rate",
      paramLabel = "SHARE",
      split = ",",
      defaultValue = "0.01,0.05",
      description = "The wanted rates that --held-out tries (default: ${DEFAULT-VALUE}).")
  @Bounds(from = 0, to = 1, excluded = true)
  @Beside(needs = "--held-out")
  private List<Double> rates = List.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Chooses the labels that --held-out leaves out (default: ${DEFAULT-VALUE}).")
  @Beside(needs = "--held-out")
  private long seed;

  /// A query that the gallery holds itself has the very source that it has there.
  private static NewEntry asStored(NewEntry query, Map<Path, List<Entry>> places) {
    return query
        .source()
        .flatMap(
            s -> places.getOrDefault(Sources.place(Path.of(s)), List.of()).stream().findFirst())
        .flatMap(Entry::source)
        .map(query::withSource)
        .orElse(query);
  }

  @Override
  public Outcome call() throws IOException {
    try (OnInterruption _ =
        new OnInterruption(
            common,
            () ->
                List.of(
                    "interrupted; nothing was measured, and " + folder + " is as it was before"))) {
      return evaluate();
    }
  }

  private Outcome evaluate() throws IOException {
    var found =
        new ImageLists(root, Optional.empty(), Optional.empty()).find(Inputs.of(queries, common));
    List<String> problems = new ArrayList<>(found.problems());
    try (LocalGallery gallery = Unfinished.openReadOnly(folder)) {
      Unfinished.warning(folder).ifPresent(common::warning);
      EmptyGallery.warning(folder, gallery).ifPresent(common::warning);
      ScoreRange.check(common, "--threshold", threshold, gallery.info().settings().similarity());
      List<NewEntry> asked;
      try (Embedder embedder = model.embedder(damaged)) {
        GalleryModelCheck.check(folder, gallery, embedder, common::note);
        Map<Path, List<Entry>> places = new Sources(folder).places(gallery.entries().toList());
        asked =
            Embedding.entries(common, embedder, damaged, found.images(), problems).stream()
                .map(query -> asStored(query, places))
                .toList();
      }
      if (asked.isEmpty()) {
        problems.forEach(common::problem);
        throw new CommandException(
            String.join(", ", queries) + ": none of the queries can be used");
      }
      if (heldOut.isPresent()) {
        EvalTables.heldOut(
            common,
            folder,
            HeldOut.evaluate(gallery, asked, rates, heldOut.get(), seed),
            problems,
            found.notes());
      } else {
        DecisionPolicy policy =
            new DecisionPolicy(
                nearest, threshold.map(OptionalDouble::of).orElse(OptionalDouble.empty()));
        Evaluation evaluation = Evaluation.of(gallery, asked, policy);
        if (report.isPresent()) {
          EvalReport.write(report.get(), folder, gallery.info(), evaluation);
        }
        EvalTables.evaluation(common, folder, evaluation, problems, found.notes());
      }
    }
    return problems.isEmpty() ? Outcome.DONE : Outcome.INCOMPLETE;
  }
}
