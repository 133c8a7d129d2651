package ai.fovea.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Errors as lines for people.
public final class Failures {
  /// A class of Java in front of what it says, as `Throwable.toString` has it.
  private static final Pattern CLASS =
      Pattern.compile("\\b(?:[a-z]\\w*\\.)+([A-Z][\\w$]*(?:Exception|Error))(?:: |\\b)");

  private static final Pattern NATIVE_STACK =
      Pattern.compile("(?s)\\s*(?:\\(?Exception raised from |(?:\\n|^)frame #0:).*");

  private static final Pattern NATIVE_PLACE =
      Pattern.compile("OpenCV\\([^)]*\\) \\S+:\\d+: error: (?:\\(-\\d+:[^)]*\\) )?");

  /// How systems say that a disk is full, or what somebody may have of it.
  private static final Pattern FULL =
      Pattern.compile(
          "No space left on device|Disk quota exceeded|There is not enough space on the disk");

  private static final String FULL_IN_WORDS =
      "no space is left on the disk; free some, or name a place on another one";

  /// Before what is shown of a file.
  private static final String EXCERPT = "    ";

  private Failures() {}

  /// What went wrong, on one line.
  public static String describe(Throwable e) {
    return line(text(e));
  }

  /// What went wrong, one finding a line; where there are several, the first line says what they have in common.
  static List<String> findings(Throwable e) {
    return lines(text(e));
  }

  private static String text(Throwable e) {
    return switch (e) {
      case NoSuchFileException f -> f.getFile() + ": no such file or folder";
      case AccessDeniedException f -> f.getFile() + ": access denied; check its permissions";
      case FileAlreadyExistsException f -> f.getFile() + ": is there already";
      case DirectoryNotEmptyException f -> f.getFile() + ": this folder is not empty";
      case FileSystemLoopException f ->
          f.getFile() + ": a link that leads back to a folder above it; remove it";
      case NotDirectoryException f -> f.getFile() + ": not a folder";
      case FileSystemException f when f.getReason() == null -> f.getFile() + ": can't be used";
      case InvalidPathException p -> "'" + p.getInput() + "' can't be the name of a file";
      case OutOfMemoryError _ ->
          "out of memory; give more with FOVEA_OPTS=-Xmx4g, or fewer images at a time";
      case LinkageError _ ->
          "a library is missing or does not fit this machine ("
              + plain(String.valueOf(e.getMessage()))
              + "); `fovea doctor` shows what there is";
      case java.io.UncheckedIOException u when u.getCause() != null -> text(u.getCause());
      case NoSuchElementException n when n.getMessage() != null -> plain(n.getMessage());
      default -> {
        String text = e.getMessage();
        yield text == null || text.isBlank()
            ? "an error of the program itself ("
                + e.getClass().getSimpleName()
                + "); run it again with --debug and report what it shows"
            : plain(text);
      }
    };
  }

  /// A text without classes of Java: what they stand for in words, or nothing where their message says it; and without the places in
  /// their sources that native libraries name.
  static String plain(String text) {
    return CLASS
        .matcher(
            FULL.matcher(
                    NATIVE_PLACE
                        .matcher(NATIVE_STACK.matcher(text).replaceFirst(""))
                        .replaceAll("OpenCV: "))
                .replaceAll(FULL_IN_WORDS))
        .replaceAll(m -> Matcher.quoteReplacement(words(m.group(1), m.group().endsWith(" "))));
  }

  private static String words(String type, boolean goesOn) {
    String words =
        switch (type) {
          case "NoSuchFileException", "FileNotFoundException" -> "no such file or folder";
          case "AccessDeniedException" -> "access denied";
          case "FileAlreadyExistsException" -> "is there already";
          case "NotDirectoryException" -> "not a folder";
          case "OutOfMemoryError" -> "out of memory";
          default -> goesOn ? "" : "an unexpected error";
        };
    return words.isEmpty() || !goesOn ? words : words + ": ";
  }

  /// A text with its control characters spelled out, so that a file's name can't begin a line or colour a terminal.
  public static String visible(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          if (Character.isISOControl(c) && c != '\t') {
            out.append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : String.format("\\u%04x", c));
          } else {
            out.appendCodePoint(c);
          }
        });
    return out.toString();
  }

  /// A message on one line; what was several lines is separated by semicolons.
  static String line(@Nullable String text) {
    List<String> lines =
        lines(String.valueOf(text)).stream().filter(l -> !l.startsWith(EXCERPT)).toList();
    String first = lines.getFirst();
    String rest = String.join("; ", lines.subList(1, lines.size()));
    return rest.isEmpty() ? first : first + (first.endsWith(":") ? " " : "; ") + rest;
  }

  /// The lines of a message, none of them blank. A line of a file with a caret below it keeps its place over that.
  static List<String> lines(String text) {
    List<String> raw = text.lines().toList();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < raw.size(); i++) {
      if (i + 1 < raw.size() && raw.get(i + 1).strip().equals("^")) {
        if (!raw.get(i).isBlank()) {
          int margin = Math.min(indent(raw.get(i)), indent(raw.get(i + 1)));
          lines.add(EXCERPT + raw.get(i).substring(margin).stripTrailing());
          lines.add(EXCERPT + raw.get(i + 1).substring(margin).stripTrailing());
        }
        i++;
      } else if (!raw.get(i).isBlank()) {
        lines.add(raw.get(i).strip());
      }
    }
    return lines.isEmpty() ? List.of("") : lines;
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }
}
