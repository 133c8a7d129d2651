package ai.fovea.gallery.internal;

import ai.fovea.gallery.Filter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Filters as text: the grammar is in the documentation of [Filter].
public final class FilterText {
  private static final String BARE = "-_.:/@+#%";
  private static final Set<String> WORDS =
      Set.of("everything", "label", "in", "attribute", "not", "and", "or");

  /// Deeper nesting is refused, so that neither a text nor a filter exhausts the stack.
  private static final int MAX_DEPTH = 100;

  private final String text;
  private int at;
  private int depth;

  private FilterText(String text) {
    this.text = text;
  }

  /// Writes a filter.
  ///
  /// @throws IllegalArgumentException where a part of it is a Java predicate
  public static String write(Filter filter) {
    if (filter.kinds().contains(Filter.Kind.PREDICATE)) {
      throw new IllegalArgumentException(
          "a Java predicate has no text: use a filter of labels and attributes");
    }
    return describe(filter);
  }

  /// Refuses parts of a conjunction or disjunction that are nested too deep for it. Parts were
  /// checked when they were made, so this is not deep itself.
  ///
  /// @throws IllegalArgumentException where they are
  public static void requireShallow(List<Filter> parts) {
    if (levels(parts) + 1 > MAX_DEPTH) {
      throw tooDeep();
    }
  }

  private static int levels(List<Filter> parts) {
    return parts.stream().mapToInt(FilterText::levels).max().orElse(0);
  }

  private static int levels(Filter filter) {
    return switch (filter) {
      case Filter.And and -> 1 + levels(and.filters());
      case Filter.Or or -> 1 + levels(or.filters());
      case Filter.Not not -> levels(not.filter());
      case Filter.Everything _,
          Filter.Labels _,
          Filter.AttributeEquals _,
          Filter.AttributePresent _,
          Filter.Matching _ ->
          0;
    };
  }

  private static IllegalArgumentException tooDeep() {
    return new IllegalArgumentException("the filter is nested more than " + MAX_DEPTH + " deep");
  }

  /// Writes a filter for messages, in which a Java predicate is only named.
  public static String describe(Filter filter) {
    return switch (filter) {
      case Filter.Everything _ -> "everything";
      case Filter.Labels labels when labels.labels().size() == 1 ->
          "label = " + quoted(labels.labels().iterator().next());
      case Filter.Labels labels ->
          labels.labels().stream()
              .map(FilterText::quoted)
              .collect(Collectors.joining(", ", "label in (", ")"));
      case Filter.AttributeEquals attribute ->
          "attribute " + quoted(attribute.key()) + " = " + quoted(attribute.value());
      case Filter.AttributePresent attribute -> "attribute " + quoted(attribute.key());
      case Filter.And and -> joined(" and ", and.filters());
      case Filter.Or or -> joined(" or ", or.filters());
      case Filter.Not not -> "not " + part(not.filter());
      case Filter.Matching _ -> "<Java predicate>";
    };
  }

  private static String joined(String by, List<Filter> filters) {
    return filters.stream().map(FilterText::part).collect(Collectors.joining(by));
  }

  private static String part(Filter filter) {
    boolean joins = filter instanceof Filter.And || filter instanceof Filter.Or;
    String written = describe(filter);
    return joins ? "(" + written + ")" : written;
  }

  private static String quoted(String text) {
    boolean bare =
        !text.isEmpty() && !WORDS.contains(text) && text.codePoints().allMatch(FilterText::isBare);
    return bare ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static boolean isBare(int c) {
    return Character.isLetterOrDigit(c) || BARE.indexOf(c) >= 0;
  }

  /// Reads a filter.
  public static Filter parse(String text) {
    FilterText parser = new FilterText(text);
    Filter filter = parser.or();
    if (parser.peek() != End.END) {
      throw parser.expected("'and', 'or' or the end");
    }
    return filter;
  }

  private Filter or() {
    // A negation of the deepest filter has one pair of parentheses more.
    if (++depth > MAX_DEPTH + 1) {
      throw tooDeep();
    }
    List<Filter> parts = new ArrayList<>(List.of(and()));
    while (takeWord("or")) {
      parts.add(and());
    }
    depth--;
    return parts.size() == 1 ? parts.getFirst() : new Filter.Or(parts);
  }

  private Filter and() {
    List<Filter> parts = new ArrayList<>(List.of(unary()));
    while (takeWord("and")) {
      parts.add(unary());
    }
    return parts.size() == 1 ? parts.getFirst() : new Filter.And(parts);
  }

  private Filter unary() {
    int negations = 0;
    while (takeWord("not")) {
      negations++;
    }
    Filter filter = primary();
    for (int i = 0; i < negations; i++) {
      filter = new Filter.Not(filter);
    }
    return filter;
  }

  private Filter primary() {
    if (takeSign('(')) {
      Filter inner = or();
      require(')');
      return inner;
    }
    if (takeWord("everything")) {
      return Filter.everything();
    }
    if (takeWord("label")) {
      if (takeWord("in")) {
        require('(');
        Set<String> labels = new LinkedHashSet<>();
        do {
          labels.add(value("a label"));
        } while (takeSign(','));
        require(')');
        return Filter.labels(labels);
      }
      require('=');
      return Filter.label(value("a label"));
    }
    if (takeWord("attribute")) {
      String key = value("the name of an attribute");
      return takeSign('=') ? Filter.attribute(key, value("a value")) : Filter.attribute(key);
    }
    throw expected("'label', 'attribute', 'everything', 'not' or '('");
  }

  /// What stands at the reading position.
  private sealed interface Token {}

  private enum End implements Token {
    END
  }

  /// A sign.
  private record Sign(char sign, int end) implements Token {}

  /// A bare word or a quoted text.
  private record Word(String word, boolean quoted, int end) implements Token {}

  private Token peek() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return End.END;
    }
    char first = text.charAt(at);
    if (first == '"') {
      return quotedWord();
    }
    int end = at;
    while (end < text.length() && isBare(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    return end == at ? new Sign(first, at + 1) : new Word(text.substring(at, end), false, end);
  }

  private Word quotedWord() {
    StringBuilder word = new StringBuilder();
    for (int i = at + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        return new Word(word.toString(), true, i + 1);
      }
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        c = text.charAt(i);
      }
      word.append(c);
    }
    throw new IllegalArgumentException(
        "filter '" + text + "': the quote at position " + (at + 1) + " is not closed");
  }

  private boolean takeWord(String expected) {
    if (peek() instanceof Word(String word, boolean quoted, int end)
        && !quoted
        && word.equals(expected)) {
      at = end;
      return true;
    }
    return false;
  }

  private boolean takeSign(char expected) {
    if (peek() instanceof Sign(char sign, int end) && sign == expected) {
      at = end;
      return true;
    }
    return false;
  }

  private void require(char sign) {
    if (!takeSign(sign)) {
      throw expected("'" + sign + "'");
    }
  }

  private String value(String what) {
    if (peek() instanceof Word(String word, boolean quoted, int end)
        && (quoted || !WORDS.contains(word))) {
      at = end;
      return word;
    }
    throw expected(what);
  }

  private IllegalArgumentException expected(String what) {
    String found =
        switch (peek()) {
          case End _ -> "its end";
          case Sign(char sign, int _) -> "'" + sign + "'";
          case Word(String word, boolean _, int _) -> "'" + word + "'";
        };
    return new IllegalArgumentException(
        "filter '" + text + "': expected " + what + " at position " + (at + 1) + ", got " + found);
  }
}
