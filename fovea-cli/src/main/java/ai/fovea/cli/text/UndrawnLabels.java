package ai.fovea.cli.text;

import ai.fovea.cli.gallery.GalleryReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What to tell of labels that were drawn as numbers, as no font has their characters.
public final class UndrawnLabels {
  private static final int NAMED = 20;

  private UndrawnLabels() {}

  /// The key to the numbers, and the fonts to install; empty where there are none.
  ///
  /// @param numbers each label with its number, in the order of the numbers
  public static Optional<String> note(Map<String, Integer> numbers) {
    if (numbers.isEmpty()) {
      return Optional.empty();
    }
    List<String> named =
        numbers.entrySet().stream()
            .limit(NAMED)
            .map(e -> "[" + e.getValue() + "] " + e.getKey())
            .toList();
    int more = numbers.size() - named.size();
    Set<String> packages = packages(numbers.keySet());
    return Optional.of(
        "no installed font has all characters of "
            + GalleryReport.counted(numbers.size(), "label")
            + ", drawn as "
            + (numbers.size() == 1 ? "a number: " : "numbers: ")
            + String.join(", ", named)
            + (more > 0 ? " and " + more + " more" : "")
            + "; install fonts of the script"
            + (packages.isEmpty()
                ? ""
                : " (Debian, Ubuntu: apt install " + String.join(" ", packages) + ")")
            + " and draw again");
  }

  private static Set<String> packages(Set<String> labels) {
    return labels.stream()
        .flatMap(label -> label.codePoints().boxed())
        .flatMap(c -> fonts(c).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// A package of Debian with a character that fonts of every system lack; coloured emoji are of no use, as Java does not draw them.
  private static Optional<String> fonts(int character) {
    return switch (Character.UnicodeScript.of(character)) {
      case LATIN, INHERITED, UNKNOWN -> Optional.empty();
      case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO -> Optional.of("fonts-noto-cjk");
      case COMMON ->
          Character.isEmoji(character) && character >= 0x80
              ? Optional.of("fonts-symbola")
              : Optional.empty();
      default -> Optional.of("fonts-noto-core");
    };
  }
}
