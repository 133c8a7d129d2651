package ai.fovea.config.internal;

import ai.fovea.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A list of words without quotes, `[mug,bowl]`. Python takes them for variables, so that the reference has the whole for one text,
/// which nobody means. Quoted words may stand among them; nothing is computed.
final class WordList {
  private static final String REMEDY = "; put each item into quotes: ['a','b']";
  private static final Pattern BRACKETS = Pattern.compile("[\\[\\]{}]");

  private final String text; // without the brackets around it
  private final List<@Nullable Object> items = new ArrayList<>();
  private int at;

  private WordList(String text) {
    this.text = text;
  }

  /// Reads a text; empty where it is no list, as a pattern `[a-z]*[0-9]` is none.
  ///
  /// @throws ConfigException where it is one whose items can't be told apart
  static Optional<List<@Nullable Object>> read(String text) {
    String all = text.strip();
    return isOneBracket(all)
        ? Optional.of(new WordList(all.substring(1, all.length() - 1)).items())
        : Optional.empty();
  }

  /// Whether the first bracket is closed by the last character.
  private static boolean isOneBracket(String text) {
    if (!text.startsWith("[") || !text.endsWith("]")) {
      return false;
    }
    int open = 0;
    for (int i = 0; i < text.length() - 1; i++) {
      open += text.charAt(i) == '[' ? 1 : text.charAt(i) == ']' ? -1 : 0;
      if (open == 0) {
        return false;
      }
    }
    return true;
  }

  private List<@Nullable Object> items() {
    while (at < text.length()) {
      skipBlanks();
      items.add(at < text.length() && isQuote(text.charAt(at)) ? quoted() : word());
      at++; // the comma
      skipBlanks();
    }
    return items;
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private Object quoted() {
    int from = at;
    char quote = text.charAt(at++);
    while (at < text.length() && text.charAt(at) != quote) {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    int end = Math.min(text.length(), ++at);
    skipBlanks();
    if (at < text.length() && text.charAt(at) != ',') {
      throw new ConfigException("expected a comma behind " + text.substring(from, end) + REMEDY);
    }
    return Literal.read(text.substring(from, end), false)
        .map(Literal::value)
        .orElseThrow(
            () -> new ConfigException("no quote closes " + text.substring(from, end) + REMEDY));
  }

  private @Nullable Object word() {
    int comma = text.indexOf(',', at);
    int from = at;
    at = comma < 0 ? text.length() : comma;
    String word = text.substring(from, at).strip();
    if (word.isEmpty()) {
      throw new ConfigException(
          "item " + (items.size() + 1) + " of the list is empty; leave the comma out, or write ''");
    }
    if (BRACKETS.matcher(word).find() || count(word, '(') != count(word, ')')) {
      throw new ConfigException(
          "where '" + word + "' ends as an item of the list can't be told" + REMEDY);
    }
    return plain(word);
  }

  /// `True`, `None` and numbers are what they are in a list of literals; but what would be written otherwise afterwards (`0x10`, `1.50`) is
  /// a name here.
  private static @Nullable Object plain(String word) {
    Optional<Literal> literal = Literal.read(word, false);
    if (literal.isEmpty()) {
      return word;
    }
    Object value = literal.get().value();
    return value instanceof Number && !value.toString().equals(word) ? word : value;
  }

  private static boolean isQuote(char c) {
    return c == '\'' || c == '"';
  }

  private static long count(String text, char wanted) {
    return text.chars().filter(c -> c == wanted).count();
  }
}
