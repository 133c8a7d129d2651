package ai.fovea.cli;

import ai.fovea.gallery.Entry;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a gallery remembers the files of its images: by absolute paths, which work from anywhere, or by paths relative to its own
/// folder, so that both can be moved together. Galleries of earlier versions have paths as they were given, relative to the folder that
/// the command was called in; they are found there if not beside the gallery.
final class Sources {
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
    try {
      return Optional.of(place(resolve(source, Optional.empty())));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /// A source as it is shown: without the folder that the command was called in, where it lies below.
  static String shown(String source) {
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

  /// How the paths of entries are kept, by the first that has one; absolute for none.
  static Form form(List<Entry> entries, Path gallery) {
    for (Entry entry : entries) {
      if (entry.source().isPresent()) {
        try {
          Path path = Path.of(entry.source().get());
          return !path.isAbsolute() && Files.exists(gallery.resolve(path))
              ? Form.RELATIVE
              : Form.ABSOLUTE;
        } catch (InvalidPathException e) {
          return Form.ABSOLUTE;
        }
      }
    }
    return Form.ABSOLUTE;
  }
}
