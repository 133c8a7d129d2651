package ai.fovea.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Words of a command line: `--name value` and the others.
///
/// @param words those that are not options
record Arguments(List<String> words, Map<String, String> options) {

  /// Reads a command line.
  ///
  /// @throws IllegalArgumentException for an option that is not known, and for one without a value
  static Arguments of(List<String> line, String... known) {
    var words = new ArrayList<String>();
    var options = new LinkedHashMap<String, String>();
    for (int i = 0; i < line.size(); i++) {
      String word = line.get(i);
      if (!word.startsWith("--")) {
        words.add(word);
      } else if (!Set.of(known).contains(word.substring(2))) {
        throw new IllegalArgumentException(
            word + ": no such option; there are " + Arrays.toString(known));
      } else if (i + 1 == line.size()) {
        throw new IllegalArgumentException(word + " needs a value");
      } else {
        options.put(word.substring(2), line.get(++i));
      }
    }
    return new Arguments(words, options);
  }

  /// The first word.
  String word(String what) {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("which " + what + "?");
    }
    return words.getFirst();
  }

  /// A whole number, at least 1.
  int integer(String name, int otherwise) {
    String text = options.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException("--" + name + " " + text + ": a number from 1 on is needed");
  }

  /// Whole numbers with commas between.
  int[] integers(String name, String otherwise) {
    return Arrays.stream(options.getOrDefault(name, otherwise).split(","))
        .mapToInt(text -> Arguments.of(List.of("--" + name, text), name).integer(name, 1))
        .toArray();
  }
}
