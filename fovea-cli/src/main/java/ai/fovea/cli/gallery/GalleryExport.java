package ai.fovea.cli.gallery;

import ai.fovea.base.MadeFolders;
import ai.fovea.base.Paths;
import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.OnInterruption;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.options.Choices;
import ai.fovea.exchange.GalleryJsonl;
import ai.fovea.exchange.IdMapFile;
import ai.fovea.exchange.LabelFolders;
import ai.fovea.exchange.ListFile;
import ai.fovea.exchange.PaddleGallery;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.index.IndexSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `fovea gallery export`: a gallery for other programs.
@Command(
    name = "export",
    description = {
      "Writes a gallery for other programs, in one of these forms.",
      "  jsonl   one image a line, with its vector",
      "  list    lines 'path<TAB>label', without vectors",
      "  folder  copies of the images, one folder per label",
      "  faiss   vector.index and id_map.pkl, for PaddleClas and Faiss",
      "  paddlex vector.index and id_map.yaml",
      "  cpp     vector.index and id_map.txt, for PaddleClas' C++ programs"
    },
    footer = {"", "Example: fovea gallery export my-gallery index --as faiss"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GalleryExport implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final GalleryFolderParameter gallery = new GalleryFolderParameter();

  @Parameters(index = "1", paramLabel = "TO", description = "The file or folder to be written.")
  private Path to;

  /// What is written.
  enum Form {
    JSONL,
    LIST,
    FOLDER,
    FAISS,
    PADDLEX,
    CPP
  }

  /// The forms as they are typed.
  static final class Forms extends Choices {
    Forms() {
      super(Form.values());
    }
  }

  @Option(
      names = "--as",
      paramLabel = "FORM",
      completionCandidates = Forms.class,
      description = "The form; left out: by the ending, .jsonl or .txt.")
  private Optional<Form> form = Optional.empty();

  @Option(
      names = "--index",
      paramLabel = "KIND",
      description = "The kind of the Faiss index: Flat, IVF, HNSW32; left out: the gallery's own.")
  private Optional<String> index = Optional.empty();

  @Option(names = "--replace", description = "Put the new file in the place of one that is there.")
  private boolean replace;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "Where the images lie now: where relative paths begin, and what has become of the"
              + " folder that all absolute paths lie in; left out: relative paths begin at the"
              + " gallery, else in this folder.")
  private Optional<Path> root = Optional.empty();

  @Override
  public Outcome call() throws IOException {
    Form chosen =
        form.or(this::byEnding)
            .orElseThrow(() -> common.wrongUsage("what is " + to + " to be? Name it with --as"));
    boolean indexed = !Set.of(Form.JSONL, Form.LIST, Form.FOLDER).contains(chosen);
    if (index.isPresent() && !indexed) {
      throw common.wrongUsage("--index is for --as faiss, paddlex and cpp, which have an index");
    }
    if (root.isPresent() && (indexed || chosen == Form.JSONL)) {
      throw common.wrongUsage(
          "--root is for --as list and folder; the other forms keep sources as they are");
    }
    refuseIfTaken(indexed || chosen == Form.FOLDER);
    try (LocalGallery opened = Unfinished.openReadOnly(gallery.folder())) {
      switch (chosen) {
        case JSONL -> GalleryJsonl.write(opened, to);
        case LIST -> ListFile.write(to, found(opened.entries().toList()));
        case FOLDER ->
            whole(() -> LabelFolders.write(present(opened.entries().toList()), Path.of(""), to));
        case FAISS -> whole(() -> paddle(opened, IdMapFile.Form.PICKLE));
        case PADDLEX -> whole(() -> paddle(opened, IdMapFile.Form.YAML));
        case CPP -> whole(() -> paddle(opened, IdMapFile.Form.TEXT));
      }
      int images = opened.info().entries();
      return GalleryReport.tell(
          common,
          gallery.folder(),
          opened,
          Told.of(
                  "Wrote " + GalleryReport.counted(images, "image") + " to " + to,
                  Map.of("exported", images, "to", to.toString()))
              .withWarnings(
                  Stream.concat(
                          Unfinished.warning(gallery.folder()).stream(),
                          EmptyGallery.warning(gallery.folder(), opened).stream())
                      .toList()));
    }
  }

  /// Refuses a place where something is that would be lost, or mixed with what is written.
  private void refuseIfTaken(boolean asFolder) throws IOException {
    if (Folders.isFree(to)) {
      if (!asFolder && Files.isDirectory(to)) {
        throw new CommandException(to + ": is a folder, expected a file to write");
      }
      return;
    }
    if (Files.isDirectory(to)) {
      throw new CommandException(to + ": this folder is not empty; name another place");
    }
    if (asFolder) {
      throw new CommandException(to + ": is a file, expected a folder that is absent or empty");
    }
    if (Files.isRegularFile(to) && !replace) {
      throw new CommandException(
          to + ": is there already; name another file, or replace it with --replace");
    }
  }

  /// Writes several files.
  @FunctionalInterface
  private interface Writing {
    void write() throws IOException;
  }

  /// Fills a folder that is absent or empty, as a whole or not at all.
  private void whole(Writing writing) throws IOException {
    Path place = Paths.real(to); // a link stays one
    MadeFolders made = MadeFolders.of(place);
    if (!Folders.isFree(place)) {
      throw new CommandException(to + ": this folder is not empty; name another place");
    }
    boolean done = false;
    try (OnInterruption _ =
        new OnInterruption(
            common, () -> List.of("interrupted; " + to + " is not complete: remove it"))) {
      writing.write();
      done = true;
    } finally {
      if (!done) {
        Folders.empty(place);
        made.removeEmpty();
      }
    }
  }

  /// Entries with the absolute paths of their files.
  private List<Entry> found(List<Entry> entries) {
    Sources.Located located = new Sources(gallery.folder()).located(entries, root);
    return entries.stream()
        .map(e ->
            e.source().map(s -> e.withSource(Sources.place(located.file(s)).toString())).orElse(e))
        .toList();
  }

  /// The same, where the files are there.
  ///
  /// @throws CommandException with each that is not, and where they were looked for
  private List<Entry> present(List<Entry> entries) throws CommandException {
    List<Entry> found = found(entries);
    List<String> missing =
        found.stream()
            .filter(e -> e.source().map(s -> !Files.isRegularFile(Path.of(s))).orElse(true))
            .map(e ->
                "image "
                    + e.id()
                    + " ("
                    + e.label()
                    + ")"
                    + e.source().map(s -> ": " + s + " is not there").orElse(" has no source"))
            .toList();
    if (!missing.isEmpty()) {
      missing.forEach(common::problem);
      throw new CommandException(
          to
              + ": not written, because the files of "
              + GalleryReport.counted(missing.size(), "image")
              + " are not there; "
              + new Sources(gallery.folder()).located(entries, root).told());
    }
    return found;
  }

  private void paddle(LocalGallery opened, IdMapFile.Form map) throws IOException {
    IndexSettings kind = index.map(IndexSettings::parse).orElse(opened.info().settings().index());
    PaddleGallery.write(opened, to, kind, map);
  }

  private Optional<Form> byEnding() {
    String name = to.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".jsonl")
        ? Optional.of(Form.JSONL)
        : name.endsWith(".txt") || name.endsWith(".tsv")
            ? Optional.of(Form.LIST)
            : Optional.empty();
  }
}
