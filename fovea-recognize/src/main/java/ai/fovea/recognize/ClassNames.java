package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.base.WholeFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// The names of a classifier's classes, as PaddleClas keeps them in a `class_id_map_file`: a line `ID NAME` for each class, in
/// any order, UTF-8. The name is all that follows the first delimiter.
public final class ClassNames {
  private static final int MOST = 1_000_000;
  private static final int SHOWN = 20;
  private static final Pattern BLANK = Pattern.compile("[ \t]+");

  private ClassNames() {}

  /// Reads such a file.
  ///
  /// @param delimiter between number and name; empty for blanks and tabs
  /// @return names by class number; a class that has no line is named by its number
  /// @throws ModelException with every line that is wrong, or for a file without any
  /// @throws java.nio.file.NoSuchFileException where there is no such file
  /// @throws IOException if it can't be read
  public static List<String> read(Path file, Optional<String> delimiter) throws IOException {
    List<String> lines;
    try {
      lines = WholeFile.lines(file);
    } catch (CharacterCodingException e) {
      throw new ModelException(file + ": not UTF-8 text; convert the file to UTF-8");
    }
    Pattern between = delimiter.map(d -> Pattern.compile(Pattern.quote(d))).orElse(BLANK);
    var names = new TreeMap<Integer, String>();
    var problems = new ArrayList<String>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isBlank()) {
        String place = file + ":" + (i + 1) + ": ";
        problem(between.split(line, 2), names)
            .ifPresent(p -> problems.add(place + p + ": '" + line.strip() + "'"));
      }
    }
    if (!problems.isEmpty()) {
      throw new ModelException(message(problems));
    }
    if (names.isEmpty()) {
      throw new ModelException(
          file + ": names no class; expected a line with the number and the name of each");
    }
    return IntStream.rangeClosed(0, names.lastKey())
        .mapToObj(id -> names.getOrDefault(id, Integer.toString(id)))
        .toList();
  }

  private static Optional<String> problem(String[] columns, Map<Integer, String> names) {
    String id = columns[0].strip();
    if (columns.length < 2 || columns[1].isBlank() || !id.matches("\\d{1,9}")) {
      return Optional.of("expected the number of a class and its name");
    }
    int number = Integer.parseInt(id);
    if (number >= MOST) {
      return Optional.of("the number of a class must be less than " + MOST);
    }
    String before = names.putIfAbsent(number, columns[1].strip());
    return before == null
        ? Optional.empty()
        : Optional.of("class " + number + " has a name already, '" + before + "'");
  }

  private static String message(List<String> problems) {
    List<String> shown = new ArrayList<>(problems.stream().limit(SHOWN).toList());
    if (problems.size() > SHOWN) {
      shown.add("and " + (problems.size() - SHOWN) + " more lines");
    }
    return String.join("\n", shown);
  }
}
