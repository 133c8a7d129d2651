package ai.fovea.cli.gallery;

import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.ManyOfOneKind;
import ai.fovea.cli.OnInterruption;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.input.ImageLists;
import ai.fovea.cli.input.Labelled;
import ai.fovea.cli.input.LabelledImages;
import ai.fovea.cli.input.ModelChoice;
import ai.fovea.cli.input.OpenedOnce;
import ai.fovea.cli.options.Beside;
import ai.fovea.cli.recognize.Deployment;
import ai.fovea.cli.recognize.Gathered;
import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
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
      "Makes a gallery of labelled images and finds the threshold that tells known from unknown.",
      "Images that can't be used are reported and left out."
    },
    footer = {
      "",
      "Example: fovea gallery build my-gallery photos/",
      "where photos/mug/ and photos/bowl/ hold images of a mug and a bowl.",
      "         fovea gallery build -c inference_general.yaml -o IndexProcess.index_method=HNSW32"
    })
final class GalleryBuild implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final ModelChoice model = new ModelChoice();
  @Mixin private final LabelledImages images = new LabelledImages();
  @Mixin private final Deployment deployment = new Deployment();
  @Mixin private final Threshold threshold = new Threshold();
  @Mixin private final ImageImporter importer = new ImageImporter();

  @Option(
      names = "--replace",
      description = "Put the new gallery in the place of the one that is there.")
  @Beside(not = "--resume")
  private boolean replace;

  @Option(
      names = "--index",
      paramLabel = "KIND",
      description =
          "How the nearest images are found: Flat, IVF, HNSW32 (the default), with "
              + ",SQ8 (bytes), ,BQ (bits) or ,Flat (the values) behind it for what is compared "
              + "first.")
  private Optional<String> index = Optional.empty();

  @Override
  public Outcome call() throws Exception {
    return importer.reporting(this::run);
  }

  private Outcome run() throws IOException {
    Optional<Config> config = deployment.config(common);
    Optional<IndexConfig> process = config.map(IndexConfig::of);
    try (var network = new OpenedOnce<>(() -> embedder(config, process))) {
      return run(config, process, network);
    }
  }

  private Outcome run(
      Optional<Config> config, Optional<IndexConfig> process, OpenedOnce<Embedder> network)
      throws IOException {
    IndexConfig.Operation operation =
        process.map(IndexConfig::operation).orElse(IndexConfig.Operation.NEW);
    boolean listed = process.isPresent() && !images.isNamed(common);
    refuseContradictions(operation);
    var all = new Gathered();
    all.look(() -> Deployment.refuseWrong(config));
    if (listed) {
      all.look(() -> process.orElseThrow().checkList());
    }
    if (process.isPresent() && operation != IndexConfig.Operation.REMOVE) {
      all.look(network::get); // what is wrong with the model belongs to the same problems
    }
    all.check();
    Deployment.tell(config, common);
    Path folder = images.gallery(process.flatMap(IndexConfig::gallery), common);
    var found = listed ? process.orElseThrow().find() : images.find(common);
    importer.takes(listed ? process.orElseThrow().named() : images.named());
    if (operation == IndexConfig.Operation.REMOVE) {
      return remove(folder, found, process.get());
    }
    boolean onTop = operation == IndexConfig.Operation.APPEND;
    boolean goesOn = importer.resumes() && NewGallery.isThere(folder);
    if (!onTop && !goesOn) {
      NewGallery.check(folder, replace || process.isPresent());
      return make(folder, found, network, process);
    }
    return NewGallery.goOn(
        folder,
        () -> {
          try (LocalGallery gallery = LocalGallery.open(folder)) {
            GallerySettings settings = gallery.info().settings();
            threshold.check(common, settings.similarity());
            keeps(folder, settings, config);
            return GalleryAdd.add(
                common, folder, gallery, network.get(), found, threshold, importer);
          }
        });
  }

  private void refuseContradictions(IndexConfig.Operation operation) {
    boolean removes = operation == IndexConfig.Operation.REMOVE;
    if (removes && (replace || index.isPresent())) {
      throw common.wrongUsage(
          (replace ? "--replace" : "--index") + " contradicts IndexProcess.index_operation remove");
    }
    if (replace && operation == IndexConfig.Operation.APPEND) {
      throw common.wrongUsage("--replace contradicts IndexProcess.index_operation append");
    }
  }

  private Outcome make(
      Path folder,
      ImageLists.Found found,
      OpenedOnce<Embedder> network,
      Optional<IndexConfig> process)
      throws IOException {
    Similarity similarity = process.map(IndexConfig::similarity).orElse(Similarity.COSINE);
    threshold.check(common, similarity);
    Embedder embedder = network.get();
    GallerySettings settings =
        new GallerySettings(embedder.modelId(), embedder.dimension(), similarity)
            .withIndex(kind(process));
    return build(folder, replace || process.isPresent(), settings, embedder, found);
  }

  private Embedder embedder(Optional<Config> config, Optional<IndexConfig> process)
      throws IOException {
    Embedder embedder =
        Embedder.of(model.open(Deployment.model(config)), importer.options(model.options()));
    try {
      if (process.isPresent()) {
        process.get().check(embedder.dimension());
      }
    } catch (ConfigException e) {
      embedder.close();
      throw e;
    }
    return embedder;
  }

  /// Refuses what a gallery that is there can't become, and tells what a configuration says in vain.
  private void keeps(Path folder, GallerySettings settings, Optional<Config> config)
      throws CommandException {
    IndexSettings own = settings.index();
    if (index.isPresent() && !IndexSettings.parse(index.get()).equals(own)) {
      throw new CommandException(
          folder
              + ": is there already, with the index "
              + own.text()
              + ", and keeps it; leave --index "
              + index.get()
              + " out, or build it anew with --replace");
    }
    Optional<Similarity> other =
        said(config, "dist_type")
            .map(IndexConfig::similarity)
            .filter(s -> s != settings.similarity());
    if (other.isPresent()) {
      throw new CommandException(
          folder
              + ": is there already and compares by "
              + settings.similarity().text()
              + ", IndexProcess.dist_type says "
              + other.get().text()
              + "; build it anew with --replace");
    }
    said(config, "index_method")
        .map(IndexConfig::index)
        .filter(kind -> index.isEmpty() && !kind.equals(own))
        .ifPresent(kind ->
            common.note(
                folder
                    + ": keeps its index "
                    + own.text()
                    + "; IndexProcess.index_method "
                    + kind.text()
                    + " has no effect"));
  }

  private Outcome build(
      Path folder,
      boolean replace,
      GallerySettings settings,
      Embedder embedder,
      ImageLists.Found found)
      throws IOException {
    importer.found(found);
    try (OnInterruption _ = new OnInterruption(common, () -> interrupted(folder))) {
      if (importer.resumes()) {
        NewGallery.makeInPlace(
            folder, importer.named(), settings, gallery -> fill(folder, gallery, embedder, found));
      } else {
        NewGallery.make(
            folder, replace, settings, gallery -> fill(folder, gallery, embedder, found));
      }
    }
    try (LocalGallery gallery = LocalGallery.openReadOnly(folder)) {
      return GalleryReport.tell(
          common,
          folder,
          gallery,
          Told.of("Built " + folder, importer.counts()).with(threshold).with(importer));
    }
  }

  private List<String> interrupted(Path folder) {
    return Stream.concat(
            Stream.of(importer.interrupted(folder, true)), NewGallery.left(folder).stream())
        .toList();
  }

  private void fill(Path folder, LocalGallery gallery, Embedder embedder, ImageLists.Found found)
      throws IOException {
    importer.take(common, folder, gallery, embedder, found.images());
    if (importer.isEmpty()) {
      ManyOfOneKind.few(importer.problems()).forEach(common::problem);
      importer.notes().forEach(common::note);
      throw new CommandException(
          folder
              + (found.images().isEmpty()
                  ? ": not built: no images were found"
                  : ": not built: none of the images can be used"));
    }
    threshold.apply(common, folder, gallery);
  }

  /// What a configuration says, if it has this key: others have defaults.
  private static Optional<IndexConfig> said(Optional<Config> config, String key) {
    return config.filter(c -> c.has("IndexProcess." + key)).map(IndexConfig::of);
  }

  private IndexSettings kind(Optional<IndexConfig> process) {
    return index
        .map(IndexSettings::parse)
        .or(() -> process.map(IndexConfig::index))
        .orElse(IndexSettings.HNSW32);
  }

  /// Removes each image whose path and label stand in the list; each line that matches none is a problem.
  private Outcome remove(Path folder, ImageLists.Found found, IndexConfig process)
      throws CommandException {
    importer.found(found);
    Optional<Path> root = process.reader().root();
    Map<List<String>, Labelled> open = new LinkedHashMap<>();
    found.images().forEach(p -> open.put(line(Sources.place(p.file()), p.label()), p));
    Sources sources = new Sources(folder);
    Set<List<String>> lines = Set.copyOf(open.keySet());
    try (LocalGallery gallery = LocalGallery.open(folder)) {
      List<Long> ids = new ArrayList<>();
      for (Entry entry : gallery.entries().toList()) {
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
      threshold.check(common, gallery.info().settings().similarity());
      gallery.removeAll(ids);
      String did = "Removed " + GalleryReport.counted(ids.size(), "image") + " from " + folder;
      if (!ids.isEmpty() || threshold.isGiven()) {
        threshold.applyAfterChange(common, folder, gallery, did);
      }
      gallery.flush();
      List<String> problems = new ArrayList<>(importer.problems());
      open.values()
          .forEach(p ->
              problems.add(
                  folder + ": holds no image " + p.file() + " with the label '" + p.label() + "'"));
      return GalleryReport.tell(
          common,
          folder,
          gallery,
          Told.of(did, Map.of("removed", ids.size()))
              .with(threshold)
              .withProblems(problems)
              .withNotes(importer.notes()));
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
