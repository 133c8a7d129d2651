package ai.fovea.cli.text;

import java.util.ArrayList;
import java.util.List;

/// How many columns of a terminal texts take.
public final class TextWidth {
  /// A text may be broken behind these.
  private static final String GAPS = " /\\,;";

  private TextWidth() {}

  /// Columns of a text.
  static int of(String text) {
    return text.codePoints().map(TextWidth::of).sum();
  }

  /// Columns of the longest part of a text that is not broken by [#wrap] unless it must be.
  static int longestWord(String text) {
    int longest = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (GAPS.indexOf(text.charAt(i)) >= 0) {
        longest = Math.max(longest, of(text.substring(start, i + 1).strip()));
        start = i + 1;
      }
    }
    return Math.max(longest, of(text.substring(start)));
  }

  /// A text in parts of at most so many columns, broken behind blanks, slashes and commas where there are any. The
  /// parts one after another are the text again, but for blanks at their ends.
  public static List<String> wrap(String text, int columns) {
    if (of(text) <= columns) {
      return List.of(text);
    }
    List<String> parts = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int used = 0;
      int end = start;
      int gap = -1;
      while (end < text.length()) {
        int c = text.codePointAt(end);
        if (used + of(c) > columns && end > start) {
          break;
        }
        used += of(c);
        end += Character.charCount(c);
        if (GAPS.indexOf(c) >= 0) {
          gap = end;
        }
      }
      int stop = end < text.length() && gap > start ? gap : end;
      parts.add(text.substring(start, stop).strip());
      start = stop;
    }
    return parts;
  }

  private static int of(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isWide(c) ? 2 : 1;
    };
  }

  /// Unicode's East Asian Width classes W and F, in the blocks that hold nearly all of them.
  private static boolean isWide(int c) {
    return (c >= 0x1100 && c <= 0x115F)
        || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F)
        || (c >= 0xAC00 && c <= 0xD7A3)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0xFE30 && c <= 0xFE6F)
        || (c >= 0xFF00 && c <= 0xFF60)
        || (c >= 0xFFE0 && c <= 0xFFE6)
        || (c >= 0x1F300 && c <= 0x1F64F)
        || (c >= 0x1F900 && c <= 0x1F9FF)
        || (c >= 0x20000 && c <= 0x3FFFD);
  }
}
