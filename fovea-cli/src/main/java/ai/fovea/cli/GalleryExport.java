package ai.fovea.cli;

import ai.fovea.exchange.GalleryJsonl;
import ai.fovea.exchange.IdMapFile;
import ai.fovea.exchange.LabelFolders;
import ai.fovea.exchange.ListFile;
import ai.fovea.exchange.PaddleGallery;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Gallery;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `fovea gallery export`: a gallery for other programs.
@Command(
    name = "export",
    description = {
      "Writes a gallery for other programs, in one of these forms.",
      "  jsonl   one picture a line, with its vector",
      "  list    lines 'path<TAB>label', without vectors",
      "  folder  copies of the pictures, one folder per label",
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

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "Where the pictures' relative paths begin; left out: at the gallery, else in this"
              + " folder.")
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
    if (!Folders.isFree(to) && Files.isDirectory(to)) {
      throw new CommandException(to + ": is not empty; name another place");
    }
    try (Gallery opened = Gallery.openReadOnly(gallery.folder())) {
      switch (chosen) {
        case JSONL -> GalleryJsonl.write(opened, to);
        case LIST -> ListFile.write(to, found(opened.entries()));
        case FOLDER -> LabelFolders.write(found(opened.entries()), Path.of(""), to);
        case FAISS -> paddle(opened, IdMapFile.Form.PICKLE);
        case PADDLEX -> paddle(opened, IdMapFile.Form.YAML);
        case CPP -> paddle(opened, IdMapFile.Form.TEXT);
      }
      int pictures = opened.info().entries();
      return GalleryReport.tell(
          common,
          gallery.folder(),
          opened,
          Told.of(
              "Wrote " + GalleryReport.counted(pictures, "picture") + " to " + to,
              Map.of("exported", pictures, "to", to.toString())));
    }
  }

  /// Entries with the absolute paths of their files.
  private List<Entry> found(List<Entry> entries) {
    Sources sources = new Sources(gallery.folder());
    return entries.stream()
        .map(e ->
            e.source()
                .map(s -> e.withSource(Sources.place(sources.resolve(s, root)).toString()))
                .orElse(e))
        .toList();
  }

  private void paddle(Gallery opened, IdMapFile.Form map) throws IOException {
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
