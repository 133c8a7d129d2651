package ai.fovea.cli.gallery;

import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.Failures;
import ai.fovea.cli.ManyOfOneKind;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.input.ModelChoice;
import ai.fovea.cli.input.ModelIds;
import ai.fovea.cli.options.Written;
import ai.fovea.exchange.GalleryJsonl;
import ai.fovea.exchange.Imported;
import ai.fovea.exchange.Origin;
import ai.fovea.exchange.PaddleGallery;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.Similarity;
import ai.fovea.recognize.ModelId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/// `fovea gallery import`: vectors that another program made.
@Command(
    name = "import",
    description = {
      "Takes vectors with their labels from a folder of PaddleClas or PaddleX, or from JSON lines.",
      "Such a folder holds vector.index and id_map.pkl, .yaml or .txt. All that can be used is",
      "taken; what is left out is told, and the exit status is 1 then.",
      "Lists and folders of images are for `fovea gallery build` and `add`."
    },
    footer = {"", "Example: fovea gallery import my-gallery index --model model"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GalleryImport implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final GalleryFolderParameter gallery = new GalleryFolderParameter();
  @Mixin private final ModelChoice model = new ModelChoice();
  @Mixin private final Threshold threshold = new Threshold();

  @Parameters(index = "1", paramLabel = "FROM", description = "The folder or the file.")
  private Path from;

  @Option(
      names = "--model-id",
      paramLabel = "ID",
      description = {
        "The model that made the vectors, where its folder is not at hand (--model): its id, the",
        "beginning of it, or its name; where nothing says which model it was, any name for it.",
        "Left out: as an export of Fovea says."
      })
  private Optional<String> modelId = Optional.empty();

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = {
        "Write what was left out, and why, into this CSV file; also where the command fails."
      })
  @Written
  private Optional<Path> report = Optional.empty();

  private Imported imported = new Imported(0, List.of(), List.of());

  @Override
  public Outcome call() throws IOException {
    Outcome outcome;
    try {
      outcome = take();
    } catch (ParameterException e) {
      throw e; // nothing was begun
    } catch (IOException e) {
      throw ImportFailure.withReport(e, () -> write(failed(e)));
    } catch (RuntimeException e) {
      throw ImportFailure.withReport(e, () -> write(failed(e)));
    }
    write(List.of());
    return outcome;
  }

  private static List<ImportFailure> failed(Exception e) {
    return List.of(new ImportFailure("", "", Failures.describe(e)));
  }

  private void write(List<ImportFailure> first) throws IOException {
    if (report.isPresent()) {
      List<ImportFailure> failures = new ArrayList<>(first);
      imported.problems().forEach(p -> failures.add(new ImportFailure("", "", p)));
      ImportFailure.write(failures, report.get());
    }
  }

  private Outcome take() throws IOException {
    Path folder = gallery.folder();
    boolean paddle = Files.isDirectory(from);
    if (paddle && !Files.exists(from.resolve(PaddleGallery.INDEX))) {
      throw new CommandException(
          from
              + ": has no "
              + PaddleGallery.INDEX
              + "; images become a gallery by `fovea gallery build`");
    }
    if (!paddle && !GalleryJsonl.isLikely(from)) {
      throw new CommandException(
          from
              + ": no line has a vector; expected {\"label\": ..., \"vector\": ...} on each."
              + " Images, or a list of them, become a gallery by `fovea gallery build`");
    }
    int before = 0;
    List<String> notes = new ArrayList<>();
    Origin origin = Origin.read(from);
    if (NewGallery.isThere(folder)) {
      try (LocalGallery opened = LocalGallery.open(folder)) {
        before = opened.info().entries();
        GallerySettings settings = opened.info().settings();
        threshold.check(common, settings.similarity());
        Optional<String> made = modelId(origin, Optional.of(settings.modelId()));
        if (made.isPresent()) {
          GalleryModelCheck.check(folder, opened, made.get(), model.open().id());
        }
        if (origin.similarity().filter(s -> s != settings.similarity()).isPresent()) {
          throw new CommandException(
              from
                  + ": its vectors are to be compared by "
                  + origin.similarity().get().text()
                  + ", those of "
                  + folder
                  + " by "
                  + settings.similarity().text()
                  + "; import them into a gallery of their own");
        }
        fill(opened, paddle ? Optional.of(PaddleGallery.openUsable(from)) : Optional.empty());
        threshold.applyAfterChange(common, folder, opened, did(imported.added()));
        opened.flush();
      }
    } else {
      NewGallery.check(folder, false);
      String made =
          modelId(origin, Optional.empty())
              .orElseThrow(() ->
                  common.wrongUsage(
                      "which model made these vectors? Name its folder with --model, or any name"
                          + " of it with --model-id"));
      Optional<PaddleGallery> theirs =
          paddle ? Optional.of(PaddleGallery.openUsable(from)) : Optional.empty();
      GallerySettings settings =
          theirs.isPresent()
              ? theirs.get().settings(made, origin)
              : new GallerySettings(made, length(), origin.similarity().orElse(Similarity.COSINE));
      threshold.check(common, settings.similarity());
      if (modelId.isPresent() && model.open().id().match(made) == ModelId.Match.DIFFERENT) {
        notes.add(
            "images can be looked up in "
                + folder
                + " only with a model of the id "
                + made
                + "; where you have its folder, import with --model FOLDER instead");
      }
      NewGallery.make(
          folder,
          false,
          settings,
          opened -> {
            fill(opened, theirs);
            threshold.apply(common, folder, opened);
            opened.flush();
          });
    }
    try (LocalGallery opened = LocalGallery.openReadOnly(folder)) {
      int added = opened.info().entries() - before;
      return GalleryReport.tell(
          common,
          folder,
          opened,
          Told.of(did(added), Map.of("added", added))
              .with(threshold)
              .withProblems(imported.problems())
              .withNotes(Stream.concat(imported.notes().stream(), notes.stream()).toList()));
    }
  }

  private void fill(LocalGallery opened, Optional<PaddleGallery> theirs) throws IOException {
    imported =
        theirs.isPresent()
            ? theirs.get().copyUsable(opened)
            : GalleryJsonl.readUsable(from, opened, made -> isSame(opened, made));
    imported =
        new Imported(
            imported.added(),
            imported.problems().stream().map(p -> from + ": " + p).toList(),
            imported.notes());
    if (imported.added() == 0 && !imported.problems().isEmpty()) {
      ManyOfOneKind.few(imported.problems()).forEach(common::problem);
      throw new CommandException(from + ": nothing in it can be used");
    }
  }

  private String did(int added) {
    return "Imported " + GalleryReport.counted(added, "image") + " from " + from;
  }

  /// Which model made the vectors: as named, which must not contradict the export, else as the export says.
  private Optional<String> modelId(Origin origin, Optional<String> gallery) throws IOException {
    Optional<String> said = origin.model();
    if (modelId.isEmpty() && !model.isNamed()) {
      return said;
    }
    List<String> known = Stream.concat(gallery.stream(), said.stream()).toList();
    String named =
        modelId.isPresent()
            ? ModelIds.resolve(modelId.get(), known, model.open())
            : model.open().id().value();
    // Of the same model the export may have the id of an earlier version.
    boolean same =
        modelId.isEmpty()
            && said.isPresent()
            && model.open().id().match(said.get()) != ModelId.Match.DIFFERENT;
    if (said.isPresent() && !said.get().equals(named) && !same) {
      throw new CommandException(
          from
              + ": its vectors were made by another model ("
              + said.get()
              + ") than the one named ("
              + named
              + "); leave "
              + (modelId.isPresent() ? "--model-id" : "--model")
              + " out");
    }
    return Optional.of(named);
  }

  /// Whether the model in use knows both ids as its own: one of them is that of an earlier version.
  private boolean isSame(LocalGallery opened, String made) {
    try {
      ModelId id = model.open().id();
      return id.match(made) != ModelId.Match.DIFFERENT
          && id.match(opened.info().settings().modelId()) != ModelId.Match.DIFFERENT;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// How long the vectors are.
  private int length() throws IOException {
    return GalleryJsonl.dimension(from)
        .orElseThrow(() ->
            new CommandException(
                from
                    + ": no line has a vector; expected {\"label\": ..., \"vector\": ...} on"
                    + " each"));
  }
}
