package ai.fovea.config.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A value written as a Python literal: numbers, quoted text, `True`, `False`, `None`, lists, tuples,
/// mappings; with arithmetic switched on also `+ - * / // %` and parentheses over numbers. Names, calls
/// and attributes are not part of the language, so nothing is ever executed.
///
/// @param value [Long], [Double], [Boolean], [String], [List], [Map] or null
public record Literal(@Nullable Object value) {
  private static final int DEEPEST = 50;
  private static final Pattern NUMBER =
      Pattern.compile(
          "(0[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[oO][0-7]+|0[bB][01]+)"
              + "|((?:\\d+(?:_\\d+)*)?\\.\\d+(?:_\\d+)*(?:[eE][+-]?\\d+)?"
              + "|\\d+(?:_\\d+)*\\.(?:[eE][+-]?\\d+)?"
              + "|\\d+(?:_\\d+)*[eE][+-]?\\d+)"
              + "|(0+(?:_0+)*|[1-9]\\d*(?:_\\d+)*)");

  /// Reads `text`, or is empty where it is not a literal (and therefore plain text).
  public static Optional<Literal> read(String text, boolean arithmetic) {
    String trimmed = text.strip();
    if (trimmed.isEmpty() || trimmed.length() > 100_000) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Literal(new Reader(trimmed, arithmetic).all()));
    } catch (NotLiteral | ArithmeticException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static final class NotLiteral extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotLiteral() {
      super("not a literal", null, false, false);
    }
  }

  private static final class Reader {
    private final String text;
    private final boolean arithmetic;
    private int at;
    private int depth;

    Reader(String text, boolean arithmetic) {
      this.text = text;
      this.arithmetic = arithmetic;
    }

    @Nullable Object all() {
      Object first = sum();
      if (peek() == ',') {
        List<@Nullable Object> tuple = new ArrayList<>();
        tuple.add(first);
        while (accept(',')) {
          if (peek() == 0) {
            break;
          }
          tuple.add(sum());
        }
        first = tuple;
      }
      if (peek() != 0) {
        throw new NotLiteral();
      }
      return first;
    }

    private @Nullable Object sum() {
      if (++depth > DEEPEST) {
        throw new NotLiteral();
      }
      Object left = product();
      while (arithmetic && (peek() == '+' || peek() == '-')) {
        left = apply(text.charAt(at++), left, product());
      }
      depth--;
      return left;
    }

    private @Nullable Object product() {
      Object left = signed();
      while (arithmetic && (peek() == '*' || peek() == '/' || peek() == '%')) {
        char op = text.charAt(at++);
        if (op == '/' && at < text.length() && text.charAt(at) == '/') {
          at++;
          op = '\\';
        }
        left = apply(op, left, signed());
      }
      return left;
    }

    private @Nullable Object signed() {
      if (accept('-')) {
        return apply('-', 0L, numberOnly(signed()));
      }
      if (accept('+')) {
        return numberOnly(signed());
      }
      return atom();
    }

    private @Nullable Object atom() {
      char c = peek();
      if (accept('[')) {
        return items(']', new ArrayList<>());
      }
      if (accept('{')) {
        return mapping();
      }
      if (accept('(')) {
        return group();
      }
      if (c == '\'' || c == '"') {
        StringBuilder joined = new StringBuilder();
        while (peek() == '\'' || peek() == '"') {
          quoted(joined);
        }
        return joined.toString();
      }
      if (word("True")) {
        return true;
      }
      if (word("False")) {
        return false;
      }
      if (word("None")) {
        return null;
      }
      return number();
    }

    private Object number() {
      Matcher m = NUMBER.matcher(text).region(at, text.length());
      if (!m.lookingAt()) {
        throw new NotLiteral();
      }
      at = m.end();
      if (at < text.length() && isWordPart(text.charAt(at))) {
        throw new NotLiteral(); // 007, 1a
      }
      String digits = m.group().replace("_", "");
      if (m.group(1) != null) {
        int radix =
            switch (Character.toLowerCase(digits.charAt(1))) {
              case 'x' -> 16;
              case 'o' -> 8;
              default -> 2;
            };
        return Long.parseLong(digits.substring(2), radix);
      }
      return m.group(2) != null ? (Object) Double.valueOf(digits) : Long.valueOf(digits);
    }

    private @Nullable Object group() {
      if (accept(')')) {
        return new ArrayList<>();
      }
      Object first = sum();
      if (accept(')')) {
        return first;
      }
      if (!accept(',')) {
        throw new NotLiteral();
      }
      List<@Nullable Object> tuple = new ArrayList<>();
      tuple.add(first);
      return items(')', tuple);
    }

    private List<@Nullable Object> items(char end, List<@Nullable Object> into) {
      while (!accept(end)) {
        into.add(sum());
        if (!accept(',') && peek() != end) {
          throw new NotLiteral();
        }
      }
      return into;
    }

    private Map<String, @Nullable Object> mapping() {
      Map<String, @Nullable Object> into = new LinkedHashMap<>();
      while (!accept('}')) {
        Object key = sum();
        if (!accept(':')) {
          throw new NotLiteral();
        }
        into.put(String.valueOf(key), sum());
        if (!accept(',') && peek() != '}') {
          throw new NotLiteral();
        }
      }
      return into;
    }

    private void quoted(StringBuilder into) {
      char quote = text.charAt(at++);
      while (true) {
        if (at >= text.length()) {
          throw new NotLiteral();
        }
        char c = text.charAt(at++);
        if (c == quote) {
          return;
        }
        if (c != '\\') {
          into.append(c);
          continue;
        }
        if (at >= text.length()) {
          throw new NotLiteral();
        }
        char escaped = text.charAt(at++);
        switch (escaped) {
          case 'n' -> into.append('\n');
          case 't' -> into.append('\t');
          case 'r' -> into.append('\r');
          case '\\', '\'', '"' -> into.append(escaped);
          default -> into.append('\\').append(escaped);
        }
      }
    }

    private static Object apply(char op, @Nullable Object a, @Nullable Object b) {
      numberOnly(a);
      numberOnly(b);
      if (a instanceof Long x && b instanceof Long y && op != '/') {
        return switch (op) {
          case '+' -> Math.addExact(x, y);
          case '-' -> Math.subtractExact(x, y);
          case '*' -> Math.multiplyExact(x, y);
          case '\\' -> Math.floorDiv(x, y);
          default -> Math.floorMod(x, y);
        };
      }
      double x = numberOnly(a).doubleValue();
      double y = numberOnly(b).doubleValue();
      if (y == 0 && (op == '/' || op == '\\' || op == '%')) {
        throw new ArithmeticException("division by zero");
      }
      return switch (op) {
        case '+' -> x + y;
        case '-' -> x - y;
        case '*' -> x * y;
        case '/' -> x / y;
        case '\\' -> Math.floor(x / y);
        default -> x - y * Math.floor(x / y);
      };
    }

    private static Number numberOnly(@Nullable Object value) {
      if (value instanceof Number n) {
        return n;
      }
      throw new NotLiteral();
    }

    private boolean word(String name) {
      peek();
      int end = at + name.length();
      if (!text.startsWith(name, at) || (end < text.length() && isWordPart(text.charAt(end)))) {
        return false;
      }
      at = end;
      return true;
    }

    private static boolean isWordPart(char c) {
      return Character.isLetterOrDigit(c) || c == '_' || c == '.';
    }

    private char peek() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean accept(char c) {
      if (peek() != c) {
        return false;
      }
      at++;
      return true;
    }
  }
}
