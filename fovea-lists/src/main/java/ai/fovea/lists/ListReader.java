package ai.fovea.lists;

import ai.fovea.base.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads list files: UTF-8 with or without a byte order mark, either kind of line end; blanks at the ends of a line do not matter,
/// nor do empty lines at the end of the file. All lines that can't be used are told together.
public final class ListReader {
  /// How many characters a line may have: more is no path with a label.
  public static final int LONGEST = 1 << 16;

  private ListReader() {}

  /// What becomes of empty lines that others follow.
  public enum EmptyLines {
    /// They are passed over.
    SKIPPED,
    /// They are bad lines: in a list for training something is missing there.
    REFUSED
  }

  /// Makes something of a line.
  ///
  /// @param <T> what
  @FunctionalInterface
  public interface Row<T> {
    /// What a line stands for; empty where it is to be passed over, as a header.
    ///
    /// @param line its number, from 1
    /// @param text the line, without blanks at its ends
    /// @throws BadLine where it stands for nothing
    Optional<T> of(int line, String text, List<String> columns) throws BadLine;
  }

  /// A line that can't be used.
  ///
  /// @param line its number, from 1
  /// @param reason what was expected
  /// @param text the line, shortened
  public record Bad(int line, String reason, String text) {
    /// The whole message: `list.txt:3: no label: 'a.jpg'`.
    ///
    /// @param list what the list is called
    public String told(Object list) {
      return list + ":" + line + ": " + reason + ": '" + text + "'";
    }
  }

  /// What was read.
  ///
  /// @param rows in order
  /// @param bad the lines that can't be used
  public record Rows<T>(List<T> rows, List<Bad> bad) {
    public Rows {
      rows = List.copyOf(rows);
      bad = List.copyOf(bad);
    }

    /// A message for each line that can't be used.
    ///
    /// @param list what the list is called
    public List<String> problems(Object list) {
      return bad.stream().map(b -> b.told(list)).toList();
    }
  }

  /// Reads a list.
  ///
  /// @param row gets each line that is not empty
  /// @throws java.nio.charset.CharacterCodingException naming the file, where it is not UTF-8
  /// @throws IOException naming the file, where it can't be read or has more than [WholeFile#TEXT] bytes
  public static <T> Rows<T> read(Path list, Division division, EmptyLines empty, Row<T> row)
      throws IOException {
    List<T> rows = new ArrayList<>();
    List<Bad> bad = new ArrayList<>();
    List<String> lines = WholeFile.text(list).stripTrailing().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replace("\uFEFF", "").strip();
      try {
        if (line.length() > LONGEST) {
          throw new BadLine(
              "the line has %,d characters, at most %,d: is this a list?"
                  .formatted(line.length(), LONGEST));
        }
        if (!line.isEmpty()) {
          row.of(i + 1, line, division.columns(line)).ifPresent(rows::add);
        } else if (empty == EmptyLines.REFUSED) {
          throw new BadLine("an empty line in the middle of the list");
        }
      } catch (BadLine e) {
        bad.add(new Bad(i + 1, e.getMessage(), shortened(line)));
      }
    }
    return new Rows<>(rows, bad);
  }

  /// A line as messages show it.
  public static String shortened(String line) {
    String text = line.strip();
    return text.length() <= 120 ? text : text.substring(0, 117) + "...";
  }
}
