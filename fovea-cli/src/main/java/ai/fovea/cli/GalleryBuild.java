package ai.fovea.cli;

import ai.fovea.config.Config;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.Similarity;
import ai.fovea.index.IndexSettings;
import ai.fovea.recognize.Embedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `fovea gallery build`: a new gallery, whole or not at all; with a configuration of PaddleClas also what its `index_operation`
/// says.
@Command(
    name = "build",
    description = {
      "Makes a gallery of labelled pictures and finds the threshold that tells known from unknown.",
      "Pictures that can't be used are reported and left out."
    },
    footer = {
      "",
      "Example: fovea gallery build my-gallery photos/",
      "where photos/mug/ and photos/bowl/ hold pictures of a mug and a bowl.",
      "         fovea gallery build -c inference_general.yaml -o IndexProcess.index_method=HNSW32"
    })
final class GalleryBuild implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final ModelChoice model = new ModelChoice();
  @Mixin private final LabelledPictures pictures = new LabelledPictures();
  @Mixin private final Deployment deployment = new Deployment();
  @Mixin private final Threshold threshold = new Threshold();
  @Mixin private final Intake intake = new Intake();

  @Option(
      names = "--replace",
      description = "Put the new gallery in the place of the one that is there.")
  private boolean replace;

  @Option(
      names = "--index",
      paramLabel = "KIND",
      description =
          "How the nearest pictures are found: Flat, IVF, HNSW32 (the default), with "
              + ",SQ8 (bytes), ,BQ (bits) or ,Flat (the values) behind it for what is compared "
              + "first.")
  private Optional<String> index = Optional.empty();

  @Override
  public Outcome call() throws Exception {
    return intake.reporting(this::run);
  }

  private Outcome run() throws IOException {
    Optional<Config> config = deployment.config(common);
    Optional<IndexConfig> process = config.map(IndexConfig::of);
    config.ifPresent(Config::check);
    config.ifPresent(c -> Deployment.tell(c, common));
    Path folder = pictures.gallery(process.flatMap(IndexConfig::gallery), common);
    var found =
        pictures.isNamed() || process.isEmpty() ? pictures.find(common) : process.get().find();
    IndexConfig.Operation operation =
        process.map(IndexConfig::operation).orElse(IndexConfig.Operation.NEW);
    if (operation == IndexConfig.Operation.REMOVE) {
      return remove(folder, found, process.get());
    }
    boolean onTop = operation == IndexConfig.Operation.APPEND;
    boolean goesOn = intake.resumes() && NewGallery.isThere(folder) && !replace;
    if (!onTop && !goesOn) {
      NewGallery.check(folder, replace || process.isPresent());
    }
    try (Embedder embedder =
        Embedder.of(model.open(Deployment.model(config)), intake.options(model.options()))) {
      if (process.isPresent()) {
        process.get().check(embedder.dimension());
      }
      if (onTop || goesOn) {
        try (Gallery gallery = Gallery.open(folder)) {
          return GalleryAdd.add(common, folder, gallery, embedder, found, threshold, intake);
        }
      }
      GallerySettings settings =
          new GallerySettings(
                  embedder.modelId(),
                  embedder.dimension(),
                  process.map(IndexConfig::similarity).orElse(Similarity.COSINE))
              .withIndex(kind(process));
      return build(folder, replace || process.isPresent(), settings, embedder, found);
    }
  }

  private Outcome build(
      Path folder,
      boolean replace,
      GallerySettings settings,
      Embedder embedder,
      PictureLists.Found found)
      throws IOException {
    intake.found(found);
    try (OnInterruption _ = new OnInterruption(common, () -> intake.interrupted(folder))) {
      if (intake.resumes()) {
        NewGallery.makeInPlace(folder, settings, gallery -> fill(folder, gallery, embedder, found));
      } else {
        NewGallery.make(
            folder, replace, settings, gallery -> fill(folder, gallery, embedder, found));
      }
    }
    try (Gallery gallery = Gallery.openReadOnly(folder)) {
      return GalleryReport.tell(
          common,
          folder,
          gallery,
          Told.of("Built " + folder, intake.counts()).with(threshold).with(intake));
    }
  }

  private void fill(Path folder, Gallery gallery, Embedder embedder, PictureLists.Found found)
      throws IOException {
    intake.take(common, folder, gallery, embedder, found.pictures());
    if (intake.isEmpty()) {
      intake.problems().forEach(common::problem);
      intake.notes().forEach(common::note);
      throw new CommandException(
          folder
              + (found.pictures().isEmpty()
                  ? ": not built: no pictures were found"
                  : ": not built: none of the pictures can be used"));
    }
    threshold.apply(gallery);
  }

  private IndexSettings kind(Optional<IndexConfig> process) {
    try {
      return index
          .map(IndexSettings::parse)
          .or(() -> process.map(IndexConfig::index))
          .orElse(IndexSettings.HNSW32);
    } catch (IllegalArgumentException e) {
      throw common.wrongUsage("--index: " + e.getMessage());
    }
  }

  /// Removes each picture whose path and label stand in the list; each line that matches none is a problem.
  private Outcome remove(Path folder, PictureLists.Found found, IndexConfig process) {
    intake.found(found);
    Optional<Path> root = process.reader().root();
    Map<List<String>, Labelled> open = new LinkedHashMap<>();
    found.pictures().forEach(p -> open.put(line(Sources.place(p.file()), p.label()), p));
    Sources sources = new Sources(folder);
    Set<List<String>> lines = Set.copyOf(open.keySet());
    try (Gallery gallery = Gallery.open(folder)) {
      List<Long> ids = new ArrayList<>();
      for (Entry entry : gallery.entries()) {
        List<List<String>> listed =
            entry.source().stream()
                .flatMap(s -> forms(sources, root, s))
                .map(path -> line(path, entry.label()))
                .filter(lines::contains)
                .toList();
        if (!listed.isEmpty()) {
          ids.add(entry.id());
          listed.forEach(open::remove);
        }
      }
      gallery.removeAll(ids);
      gallery.flush();
      List<String> problems = new ArrayList<>(intake.problems());
      open.values()
          .forEach(p ->
              problems.add(
                  folder
                      + ": holds no picture "
                      + p.file()
                      + " with the label '"
                      + p.label()
                      + "'"));
      return GalleryReport.tell(
          common,
          folder,
          gallery,
          Told.of(
                  "Removed " + GalleryReport.counted(ids.size(), "picture") + " from " + folder,
                  Map.of("removed", ids.size()))
              .withProblems(problems)
              .withNotes(intake.notes()));
    }
  }

  /// Galleries that were imported have paths that begin at the image root.
  private static Stream<Path> forms(Sources sources, Optional<Path> root, String source) {
    return Stream.concat(
        sources.place(source).stream(),
        root
            .filter(_ -> sources.place(source).isPresent())
            .map(r -> Sources.place(r.resolve(source)))
            .stream());
  }

  private static List<String> line(Path place, String label) {
    return List.of(place.toString(), label);
  }
}
