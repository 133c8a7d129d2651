package ai.fovea.gallery.internal;

import java.text.Normalizer;
import java.util.Optional;

/// Rules for the texts in a gallery: labels, sources, attributes, the model id.
public final class Texts {
  /// The most characters.
  public static final int LONGEST = 4096;

  private Texts() {}

  /// Returns what is wrong with `text`, if anything: blank, longer than 4096 characters, with
  /// control characters or halves of surrogate pairs (which UTF-8 can't hold).
  public static Optional<String> check(String what, String text) {
    if (text.isBlank()) {
      return Optional.of(what + " is empty");
    }
    if (text.length() > LONGEST) {
      return Optional.of(
          what + " has " + text.length() + " characters, expected at most " + LONGEST);
    }
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (Character.isISOControl(c)
          || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
        return Optional.of(
            String.format(
                "%s has %s at position %d, expected one line of text", what, kind(c), i + 1));
      }
      i += Character.charCount(c);
    }
    return Optional.empty();
  }

  private static String kind(int c) {
    String kind =
        switch (c) {
          case '\n', '\r' -> "a line break";
          case '\t' -> "a tab";
          default -> Character.isISOControl(c) ? "a control character" : "half of a character";
        };
    return String.format("%s (U+%04X)", kind, c);
  }

  /// Returns a label as galleries keep it: in Unicode's composed form (NFC). Labels that look
  /// alike, for instance from file names of macOS and of Linux, are then one label.
  public static String label(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /// Refuses a text with which something is wrong.
  public static void require(String what, String text) {
    Optional<String> problem = check(what, text);
    if (problem.isPresent()) {
      throw new IllegalArgumentException(problem.get());
    }
  }
}
