package ai.fovea.cli.gallery;

import ai.fovea.gallery.Entry;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a gallery remembers the files of its images: by absolute paths, which work from anywhere, or by paths relative to its own
/// folder, so that both can be moved together. Galleries of earlier versions have paths as they were given, relative to the folder that
/// the command was called in; they are found there if not beside the gallery.
public final class Sources {
  /// How paths are kept.
  enum Form {
    ABSOLUTE,
    RELATIVE
  }

  private final Path gallery;

  /// @param gallery the gallery's folder
  Sources(Path gallery) {
    this.gallery = gallery.toAbsolutePath().normalize();
  }

  /// The whole path of a word of the command line; what is no path here, as a pattern may be, stays as it is.
  public static String absolute(String word) {
    return path(word).map(p -> place(p).toString()).orElse(word);
  }

  /// What is stored for a file.
  String stored(Path file, Form form) {
    Path place = file.toAbsolutePath().normalize();
    if (form == Form.ABSOLUTE || !place.getRoot().equals(gallery.getRoot())) {
      return place.toString();
    }
    // With the separator that every system understands.
    return gallery.relativize(place).toString().replace('\\', '/');
  }

  /// The file that was stored.
  ///
  /// @param root where relative paths begin, if somebody says so
  Path resolve(String source, Optional<Path> root) {
    Path path = Path.of(source);
    if (path.isAbsolute()) {
      return path;
    }
    if (root.isPresent()) {
      return root.get().resolve(path);
    }
    Path beside = gallery.resolve(path).normalize();
    return Files.exists(beside) ? beside : path;
  }

  /// Where the files of entries are looked for.
  ///
  /// @param root where relative paths begin, and what the folder that all absolute paths lie in has become, if somebody says so
  Located located(List<Entry> entries, Optional<Path> root) {
    List<Path> absolute =
        entries.stream()
            .flatMap(e -> e.source().stream())
            .flatMap(s -> path(s).stream())
            .filter(Path::isAbsolute)
            .toList();
    boolean relative =
        entries.stream()
            .flatMap(e -> e.source().stream())
            .flatMap(s -> path(s).stream())
            .anyMatch(p -> !p.isAbsolute());
    return new Located(this, root, common(absolute), relative);
  }

  /// The innermost folder that all of these files lie in.
  private static Optional<Path> common(List<Path> files) {
    Path common = null;
    for (Path file : files) {
      Path folder = file.normalize().getParent();
      if (common == null) {
        common = folder;
      }
      while (common != null && folder != null && !folder.startsWith(common)) {
        common = common.getParent();
      }
    }
    return Optional.ofNullable(common);
  }

  /// Where files are looked for.
  ///
  /// @param root as somebody said
  /// @param folder that all absolute paths lie in
  /// @param relative whether there are relative paths, too
  record Located(Sources sources, Optional<Path> root, Optional<Path> folder, boolean relative) {
    /// The file of a source. What somebody says counts, also where there are files in the old place.
    Path file(String source) {
      Path file = sources.resolve(source, root);
      if (root.isEmpty() || folder.isEmpty() || !Path.of(source).isAbsolute()) {
        return file;
      }
      Path normal = file.normalize();
      return normal.startsWith(folder.get())
          ? root.get().resolve(folder.get().relativize(normal))
          : file;
    }

    /// Where that was, and what to do where they lie elsewhere.
    String told() {
      List<String> places = new ArrayList<>();
      if (root.isPresent()) {
        places.add(root.get().toString());
      } else {
        folder.ifPresent(f -> places.add(f.toString()));
        if (relative) {
          places.add(sources.gallery + " and this folder");
        }
      }
      String where =
          places.isEmpty() ? "" : "they were looked for in " + String.join(" and ", places) + "; ";
      String what =
          folder.isPresent()
              ? "what has become of " + folder.get()
              : "where their relative paths begin";
      return where + "name with --root " + what;
    }
  }

  /// Entries by the absolute places of their files; one file may have several labels.
  Map<Path, List<Entry>> places(List<Entry> entries) {
    Map<Path, List<Entry>> all = new HashMap<>();
    for (Entry entry : entries) {
      entry
          .source()
          .flatMap(this::place)
          .ifPresent(place -> all.computeIfAbsent(place, _ -> new ArrayList<>()).add(entry));
    }
    return all;
  }

  /// Where a source lies; empty for a text that is no path.
  Optional<Path> place(String source) {
    return path(source).map(_ -> place(resolve(source, Optional.empty())));
  }

  /// A source as it is shown: without the folder that the command was called in, where it lies below.
  public static String shown(String source) {
    try {
      Path path = Path.of(source);
      Path here = Path.of("").toAbsolutePath();
      return path.isAbsolute() && path.startsWith(here) && !path.equals(here)
          ? here.relativize(path).toString()
          : source;
    } catch (InvalidPathException e) {
      return source;
    }
  }

  /// An absolute path.
  static Path place(Path file) {
    return file.toAbsolutePath().normalize();
  }

  /// How further paths are to be kept: as that of the newest entry which tells. A relative path tells where its file lies beside the
  /// gallery, or where none of them is to be found at all; one that is found from here alone is of an earlier version.
  Form form(List<Entry> entries) {
    boolean relative = false;
    for (Entry entry : entries.reversed()) {
      Optional<Path> path = entry.source().flatMap(Sources::path);
      if (path.isPresent()) {
        if (path.get().isAbsolute()) {
          return Form.ABSOLUTE;
        }
        if (Files.exists(gallery.resolve(path.get()))) {
          return Form.RELATIVE;
        }
        relative |= !Files.exists(path.get());
      }
    }
    return relative ? Form.RELATIVE : Form.ABSOLUTE;
  }

  /// How many paths of entries are kept in each form.
  static Map<Form, Integer> forms(List<Entry> entries) {
    Map<Form, Integer> forms = new EnumMap<>(Form.class);
    for (Entry entry : entries) {
      entry
          .source()
          .flatMap(Sources::path)
          .map(path -> path.isAbsolute() ? Form.ABSOLUTE : Form.RELATIVE)
          .ifPresent(form -> forms.merge(form, 1, Integer::sum));
    }
    return forms;
  }

  private static Optional<Path> path(String source) {
    try {
      return Optional.of(Path.of(source));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
