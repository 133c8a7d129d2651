package ai.fovea.cli.train;

import ai.fovea.cli.Inputs;
import ai.fovea.weights.WholeFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Lists of labelled pictures without any configuration: `path label [id]`, by tabs or by blanks.
final class PlainList {
  private static final Pattern TAB = Pattern.compile("\t");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private PlainList() {}

  /// One line.
  ///
  /// @param identity of the very picture: the third column, else the file
  record Line(Path file, String label, String identity) {}

  /// Reads lists, one after the other.
  ///
  /// @param root what paths are relative to; null for each list's own folder, for one on standard input where the command was called
  /// @throws IOException naming every line without a label
  static List<Line> read(Inputs lists, @Nullable Path root) throws IOException {
    var all = new ArrayList<Line>();
    var problems = new ArrayList<>(lists.problems());
    for (Path list : lists.paths()) {
      boolean standard = lists.standardInput().filter(list::equals).isPresent();
      Path parent = list.toAbsolutePath().getParent();
      Path base = root != null ? root : standard || parent == null ? Path.of("") : parent;
      try {
        all.addAll(read(list, base));
      } catch (IOException e) {
        problems.add(lists.named(String.valueOf(e.getMessage())));
      }
    }
    if (!problems.isEmpty()) {
      throw new IOException(String.join("\n", problems));
    }
    return all;
  }

  private static List<Line> read(Path list, Path base) throws IOException {
    List<String> lines;
    try {
      lines = WholeFile.lines(list);
    } catch (CharacterCodingException e) {
      throw new IOException(list + ": not UTF-8 text", e);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new IOException(list + ": no such file", e);
    }
    var out = new ArrayList<Line>();
    var problems = new ArrayList<String>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replace("\uFEFF", "").strip();
      if (line.isEmpty()) {
        continue;
      }
      String[] columns = (line.contains("\t") ? TAB : BLANKS).split(line, -1);
      if (columns.length < 2) {
        problems.add("line " + (i + 1) + " has no label: " + line);
        continue;
      }
      Path file;
      try {
        file = base.resolve(columns[0]);
      } catch (InvalidPathException e) {
        problems.add("line " + (i + 1) + " can't name a file: " + line);
        continue;
      }
      out.add(new Line(file, columns[1], columns.length > 2 ? columns[2] : file.toString()));
    }
    if (!problems.isEmpty()) {
      throw new IOException(
          list + (problems.size() == 1 ? ": " : ":\n  ") + String.join("\n  ", problems));
    }
    if (out.isEmpty()) {
      throw new IOException(list + ": no pictures in it");
    }
    return out;
  }
}
