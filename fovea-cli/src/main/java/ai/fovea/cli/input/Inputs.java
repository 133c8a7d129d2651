package ai.fovea.cli.input;

import ai.fovea.base.WholeFile;
import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.Failures;
import ai.fovea.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/// What the words of a command line stand for: paths as they are, patterns as the files that match, `-` as standard input.
///
/// @param paths in the order of the words
/// @param standardInput the file among them that holds what was read from standard input
/// @param problems patterns that nothing matches, folders that can't be read
public record Inputs(List<Path> paths, Optional<Path> standardInput, List<String> problems) {
  private static final int PIECE = 1 << 16;

  /// The word for standard input.
  public static final String STANDARD_INPUT = "-";

  /// Paths alone.
  public static Inputs ofPaths(List<Path> paths) {
    return new Inputs(paths, Optional.empty(), new ArrayList<>());
  }

  /// Looks at all words. `-` may stand once in a command line, in whichever option.
  ///
  /// @throws IOException if standard input can't be read or kept
  public static Inputs of(List<String> words, Common common) throws IOException {
    List<Path> paths = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Optional<Path> standard = Optional.empty();
    for (String word : words) {
      if (word.equals(STANDARD_INPUT)) {
        if (common.call().hasTakenIn()) {
          throw common.wrongUsage("'-' stands twice, but standard input can be read only once");
        }
        standard = Optional.of(read(common));
        paths.add(standard.get());
      } else if (Globs.isGlob(word)) {
        paths.addAll(matching(word, common, problems));
      } else {
        paths.add(path(word, common));
      }
    }
    return new Inputs(paths, standard, problems);
  }

  /// The words that a configuration has for images: a text, or a list of them.
  ///
  /// @param key what the configuration calls them
  /// @throws ConfigException where nothing is named
  public static List<String> configured(String key, Object value) {
    List<?> named = value instanceof List<?> list ? list : List.of(value);
    List<String> words =
        named.stream().map(word -> word == null ? "" : word.toString().strip()).toList();
    if (words.isEmpty() || words.contains("")) {
      throw new ConfigException(
          key
              + (words.size() > 1 ? ": has an empty entry" : ": is empty")
              + ", expected an image, a folder or a list, or several of them in brackets; name them"
              + " with -o "
              + key
              + "=PATH, or on the command line");
    }
    return words;
  }

  private static Path read(Common common) throws IOException {
    Path file = common.call().temporaryFile();
    long bytes;
    try (OutputStream out = Files.newOutputStream(file)) {
      bytes = copy(common.in(), out);
    } catch (CommandException e) {
      throw e;
    } catch (IOException e) {
      throw new CommandException(
          "-: standard input can't be kept in " + file + ": " + Failures.describe(e));
    }
    if (bytes == 0) {
      throw new CommandException("-: nothing came on standard input");
    }
    common.verbose("standard input: " + bytes + " bytes");
    return file;
  }

  /// As many bytes as any file may have that a command reads; a device would go on without an end.
  private static long copy(InputStream in, OutputStream out) throws IOException {
    byte[] piece = new byte[PIECE];
    long bytes = 0;
    for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
      bytes += n;
      if (bytes > WholeFile.TEXT) {
        throw new CommandException(
            "-: more than %,d bytes came on standard input, expected an image or a list"
                .formatted(WholeFile.TEXT));
      }
      out.write(piece, 0, n);
    }
    return bytes;
  }

  private static List<Path> matching(String word, Common common, List<String> problems)
      throws IOException {
    try {
      List<Path> found = Globs.find(word, problems);
      if (found.isEmpty()) {
        problems.add(word + ": no file matches this pattern");
      }
      return found;
    } catch (PatternSyntaxException e) {
      throw common.wrongUsage(word + ": not a pattern of file names: " + e.getDescription());
    }
  }

  private static Path path(String word, Common common) {
    try {
      return Path.of(word);
    } catch (InvalidPathException e) {
      throw common.wrongUsage(Failures.describe(e));
    }
  }

  /// The only path.
  ///
  /// @throws CommandException if there are none or several
  public Path only() throws CommandException {
    if (paths.size() != 1 || !problems.isEmpty()) {
      throw new CommandException(
          problems.isEmpty()
              ? paths.size()
                  + " files are named, expected one: "
                  + paths.stream().map(Path::toString).collect(Collectors.joining(", "))
              : String.join("\n", problems));
    }
    return paths.getFirst();
  }

  /// How a path is called in results and messages.
  public String name(Path path) {
    return standardInput.filter(path::equals).isPresent() ? STANDARD_INPUT : path.toString();
  }

  /// The path that is called so in results.
  public Path path(String name) {
    return standardInput.filter(s -> name.equals(STANDARD_INPUT)).orElseGet(() -> Path.of(name));
  }

  /// A failure that calls standard input by its word.
  public IOException named(Exception e) {
    String told = Failures.describe(e);
    if (e instanceof IOException same && named(told).equals(told)) {
      return same;
    }
    var named = new CommandException(named(told));
    named.initCause(e);
    return named;
  }

  /// A message that calls standard input by its word.
  public String named(String message) {
    return standardInput.map(s -> message.replace(s.toString(), STANDARD_INPUT)).orElse(message);
  }
}
