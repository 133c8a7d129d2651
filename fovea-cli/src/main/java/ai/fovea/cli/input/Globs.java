package ai.fovea.cli.input;

import ai.fovea.cli.Failures;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/// Patterns of file names, for shells that don't expand them, and for more files than a command line holds.
///
/// As in shells: `*` and `?` within a name, `[abc]`, `{jpg,png}`, and `**` for any number of folders, none too. Names that begin
/// with a point are left out unless the pattern has such a name. `**` yields files, without following links to folders.
final class Globs {
  private Globs() {}

  /// Whether a word is a pattern: it has one of the signs, and is not itself the name of a file.
  static boolean isGlob(String word) {
    return word.matches("(?s).*[*?\\[{].*") && !exists(word);
  }

  private static boolean exists(String word) {
    try {
      return Files.exists(Path.of(word));
    } catch (InvalidPathException e) {
      return false; // under Windows these signs can't be in names
    }
  }

  /// The paths that match, sorted.
  ///
  /// @param problems gets a line for each folder that can't be read
  /// @throws PatternSyntaxException if the pattern is none
  static List<Path> find(String pattern, List<String> problems) throws IOException {
    String[] names = pattern.replace('\\', '/').split("/", -1);
    int plain = 0;
    while (plain < names.length - 1 && !names[plain].matches(".*[*?\\[{].*")) {
      plain++;
    }
    String first = String.join("/", List.of(names).subList(0, plain));
    Path start = Path.of(first.isEmpty() && plain > 0 ? "/" : first);
    boolean deep = pattern.contains("**");
    boolean hidden = pattern.matches("(?:.*/)?\\.[^./].*");
    PathMatcher matcher =
        FileSystems.getDefault()
            .getPathMatcher("glob:" + String.join("/", names).replace("**/", "{**/,}"));
    List<Path> found = new ArrayList<>();
    if (!Files.isDirectory(start)) {
      return found;
    }
    Files.walkFileTree(
        start,
        Collections.emptySet(),
        deep ? Integer.MAX_VALUE : names.length - plain,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (folder.equals(start)) {
              return FileVisitResult.CONTINUE;
            }
            if (!hidden && isHidden(folder)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            take(folder, true);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            take(file, Files.isDirectory(file));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            problems.add(Failures.describe(e));
            return FileVisitResult.CONTINUE;
          }

          private void take(Path path, boolean folder) {
            if (!(deep && folder) && (hidden || !isHidden(path)) && matcher.matches(path)) {
              found.add(path);
            }
          }
        });
    Collections.sort(found);
    return found;
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }
}
