package ai.fovea.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How much names are alike, for messages that suggest what may be meant.
public final class Names {
  private Names() {}

  /// The names that are most like `name`, the nearest first.
  ///
  /// @param count how many at most
  public static List<String> nearest(String name, Collection<String> names, int count) {
    return names.stream()
        .sorted(Comparator.comparingInt(n -> distance(n, name)))
        .limit(count)
        .toList();
  }

  /// What to say of a name that stands for nothing: which there are, and which of them may be meant; of a name that is known and
  /// not supported yet, that.
  ///
  /// @param kind what is named, e.g. `loss`
  /// @param supported the names that there are
  /// @param known further names that the reference has
  public static String unknown(
      String kind, String name, Collection<String> supported, Collection<String> known) {
    String all = "there are " + String.join(", ", supported);
    if (known.contains(name)) {
      return "the " + kind + " '" + name + "' is not supported yet; " + all;
    }
    List<String> there = Stream.concat(supported.stream(), known.stream()).toList();
    return "there is no " + kind + " '" + name + "'" + suggestion(name, there) + "; " + all;
  }

  /// Which of `names` may be meant by one that is not among them; empty where none is like it.
  public static Optional<String> meant(String name, Collection<String> names) {
    return names.stream()
        .filter(n ->
            3 * distance(n.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))
                <= Math.max(3, n.length()))
        .min(Comparator.comparingInt(n -> distance(n, name)));
  }

  /// The same as words that end a message or go on with another semicolon: `; do you mean Cosine?`, or nothing.
  public static String suggestion(String name, Collection<String> names) {
    return meant(name, names).map(n -> "; do you mean " + n + "?").orElse("");
  }

  /// How many letters have to be inserted, left out or replaced to make `b` of `a` (Levenshtein).
  public static int distance(String a, String b) {
    int[] row = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
