package ai.fovea.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.NoSuchElementException;

/// Errors as one line for people.
final class Failures {
  private Failures() {}

  /// What went wrong.
  static String describe(Throwable e) {
    return switch (e) {
      case NoSuchFileException f -> f.getFile() + ": no such file or folder";
      case AccessDeniedException f -> f.getFile() + ": access denied; check its permissions";
      case FileSystemLoopException f ->
          f.getFile() + ": a link that leads back to a folder above it; remove it";
      case NotDirectoryException f -> f.getFile() + ": not a folder";
      case FileSystemException f when f.getReason() == null -> f.getFile() + ": can't be used";
      case OutOfMemoryError _ ->
          "out of memory; give Java more with FOVEA_OPTS=-Xmx4g, or fewer pictures at a time";
      case java.io.UncheckedIOException u when u.getCause() != null -> describe(u.getCause());
      case NoSuchElementException n when n.getMessage() != null -> line(n.getMessage());
      default -> {
        String text = e.getMessage();
        yield text == null || text.isBlank()
            ? "an error of the program itself: " + e + "; run it again with --debug and report it"
            : line(text);
      }
    };
  }

  /// A text with its control characters spelled out, so that a file's name can't begin a line or colour a terminal.
  static String visible(String text) {
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

  /// A message on one line.
  static String line(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
