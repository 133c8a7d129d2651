package ai.fovea.config.internal;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Values to YAML that [YamlReader] (and PyYAML with PaddleClas's rules) reads back as the same values.
public final class YamlWriter {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_./][A-Za-z0-9_./@+-]*");

  private final StringBuilder out = new StringBuilder();

  private YamlWriter() {}

  /// The YAML of a mapping, with a newline at its end.
  public static String write(Map<String, @Nullable Object> map) {
    var writer = new YamlWriter();
    if (map.isEmpty()) {
      return "{}\n";
    }
    writer.block(map, 0, false);
    return writer.out.toString();
  }

  private void block(Map<?, ?> map, int indent, boolean belowList) {
    map.forEach((key, value) -> {
      out.repeat(' ', indent).append(text(String.valueOf(key), true)).append(':');
      after(value, indent, belowList);
    });
  }

  private void after(@Nullable Object value, int indent, boolean belowList) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      out.append('\n');
      block(map, indent + 2, belowList);
    } else if (value instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance)) {
      out.append('\n');
      for (Object item : list) {
        out.repeat(' ', indent + 2).append('-');
        after(item, indent + 2, true);
      }
    } else {
      out.append(' ');
      inline(value, belowList);
      out.append('\n');
    }
  }

  private void inline(@Nullable Object value, boolean belowList) {
    switch (value) {
      case null -> out.append("null");
      case String s -> out.append(text(s, belowList));
      case Double d -> out.append(number(d));
      case List<?> list -> {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
          out.append(i == 0 ? "" : ", ");
          inline(list.get(i), true);
        }
        out.append(']');
      }
      case Map<?, ?> map -> {
        out.append('{');
        String comma = "";
        for (var entry : map.entrySet()) {
          out.append(comma).append(text(String.valueOf(entry.getKey()), true)).append(": ");
          inline(entry.getValue(), belowList);
          comma = ", ";
        }
        out.append('}');
      }
      default -> out.append(value);
    }
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return ".nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? ".inf" : "-.inf";
    }
    // YAML 1.1 wants a point and a signed exponent
    return Double.toString(value).replaceFirst("E(\\d)", "e+$1").replace("E", "e");
  }

  /// Quoted where it would otherwise be read as something else. Outside lists a text that is itself a
  /// literal needs a second pair of quotes, because the first is taken off and the rest read again.
  private static String text(String text, boolean literalsStay) {
    boolean literal = !literalsStay && Literal.read(text, false).isPresent();
    String inner = literal ? "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'" : text;
    if (PLAIN.matcher(inner).matches() && inner.equals(Scalars.resolve(inner))) {
      return inner;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        case '\r' -> quoted.append("\\r");
        default -> {
          if (c < 0x20 || c == 0x7F || (c >= 0x80 && c < 0xA0) || c == 0xFEFF) {
            quoted.append(String.format("\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
