package ai.fovea.config.internal;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an unquoted YAML 1.1 word means: `yes` and `off` are booleans, `010` is eight, `1:30` is ninety.
///
/// One departure from PyYAML: numbers such as `1e-3`, without a point or with an unsigned exponent, are numbers too,
/// because nobody who writes them means text.
final class Scalars {
  private static final Pattern TRUE = Pattern.compile("yes|Yes|YES|true|True|TRUE|on|On|ON");
  private static final Pattern FALSE = Pattern.compile("no|No|NO|false|False|FALSE|off|Off|OFF");
  private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
  private static final Pattern BINARY = Pattern.compile("[-+]?0b[01_]+");
  private static final Pattern OCTAL = Pattern.compile("[-+]?0[0-7_]+");
  private static final Pattern DECIMAL = Pattern.compile("[-+]?(?:0|[1-9][0-9_]*)");
  private static final Pattern HEXADECIMAL = Pattern.compile("[-+]?0x[0-9a-fA-F_]+");
  private static final Pattern BASE_60 =
      Pattern.compile("[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?");
  private static final Pattern FLOAT =
      Pattern.compile(
          "[-+]?(?:[0-9][0-9_]*\\.[0-9_]*|\\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?"
              + "|[-+]?[0-9]+[eE][-+]?[0-9]+");
  private static final Pattern INFINITE = Pattern.compile("([-+]?)\\.(?:inf|Inf|INF)");
  private static final Pattern NOT_A_NUMBER = Pattern.compile("\\.(?:nan|NaN|NAN)");

  private Scalars() {}

  /// The value of the plain scalar `text`: [Long], [Double], [Boolean], [String] or null.
  static @Nullable Object resolve(String text) {
    if (NULL.matcher(text).matches()) {
      return null;
    }
    if (TRUE.matcher(text).matches()) {
      return true;
    }
    if (FALSE.matcher(text).matches()) {
      return false;
    }
    try {
      return number(text);
    } catch (NumberFormatException e) {
      return text; // more digits than 64 bits hold
    }
  }

  private static Object number(String text) {
    if (DECIMAL.matcher(text).matches()) {
      return integer(text, 0, 10);
    }
    if (BINARY.matcher(text).matches()) {
      return integer(text, 2, 2);
    }
    if (OCTAL.matcher(text).matches()) {
      return integer(text, 1, 8);
    }
    if (HEXADECIMAL.matcher(text).matches()) {
      return integer(text, 2, 16);
    }
    if (FLOAT.matcher(text).matches()) {
      return Double.valueOf(text.replace("_", ""));
    }
    if (BASE_60.matcher(text).matches()) {
      return base60(text.replace("_", ""));
    }
    var infinite = INFINITE.matcher(text);
    if (infinite.matches()) {
      return "-".equals(infinite.group(1)) ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return NOT_A_NUMBER.matcher(text).matches() ? (Object) Double.NaN : text;
  }

  private static long integer(String text, int prefix, int radix) {
    String plain = text.replace("_", "");
    boolean negative = plain.startsWith("-");
    int sign = negative || plain.startsWith("+") ? 1 : 0;
    return Long.parseLong((negative ? "-" : "") + plain.substring(sign + prefix), radix);
  }

  private static Object base60(String text) {
    boolean negative = text.startsWith("-");
    String plain = negative || text.startsWith("+") ? text.substring(1) : text;
    double sum = 0;
    for (String part : plain.split(":", -1)) {
      sum = sum * 60 + Double.parseDouble(part);
    }
    sum = negative ? -sum : sum;
    return text.indexOf('.') < 0 ? (Object) (long) sum : (Object) sum;
  }
}
