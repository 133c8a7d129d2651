package ai.fovea.cli.train;

import ai.fovea.base.InputException;
import ai.fovea.cli.input.Inputs;
import ai.fovea.lists.BadLine;
import ai.fovea.lists.Division;
import ai.fovea.lists.ListReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lists of labelled images without any configuration: `path label [id]`, by tabs or by blanks.
final class PlainList {
  private PlainList() {}

  /// One line.
  ///
  /// @param identity of the very image: the third column, else the file
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
      } catch (IOException | InputException e) {
        problems.add(lists.named(String.valueOf(e.getMessage())));
      }
    }
    if (!problems.isEmpty()) {
      throw new IOException(String.join("\n", problems));
    }
    return all;
  }

  private static List<Line> read(Path list, Path base) throws IOException {
    ListReader.Rows<Line> rows;
    try {
      rows =
          ListReader.read(
              list,
              new Division.TabsElseBlanks(),
              ListReader.EmptyLines.SKIPPED,
              (_, _, columns) -> Optional.of(line(columns, base)));
    } catch (CharacterCodingException e) {
      throw new IOException(list + ": not UTF-8 text", e);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new IOException(list + ": no such file", e);
    }
    if (!rows.bad().isEmpty()) {
      throw new IOException(String.join("\n", rows.problems(list)));
    }
    if (rows.rows().isEmpty()) {
      throw new IOException(list + ": no images in it");
    }
    return rows.rows();
  }

  private static Line line(List<String> columns, Path base) throws BadLine {
    if (columns.size() < 2) {
      throw new BadLine("no label; expected 'path<TAB>label' or 'path label'");
    }
    Path file;
    try {
      file = base.resolve(columns.getFirst());
    } catch (InvalidPathException e) {
      throw new BadLine("can't name a file");
    }
    return new Line(file, columns.get(1), columns.size() > 2 ? columns.get(2) : file.toString());
  }
}
