package ai.fovea.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Text in columns, aligned as a terminal shows it: East Asian characters count as two columns, combining marks as none.
public final class Table {
  private static final String GAP = "  ";

  private final List<String> head;
  private final List<Boolean> right = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /// A table with these columns; a name that starts with `>` is aligned to the right, without the sign.
  public Table(String... columns) {
    for (String column : columns) {
      right.add(column.startsWith(">"));
    }
    this.head = List.of(columns).stream().map(c -> c.startsWith(">") ? c.substring(1) : c).toList();
  }

  /// Adds a row, one text for each column; control characters become blanks.
  public Table row(Object... cells) {
    if (cells.length != head.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + head.size() + " columns");
    }
    rows.add(List.of(cells).stream().map(c -> clean(String.valueOf(c))).toList());
    return this;
  }

  /// The table, each line ended.
  @Override
  public String toString() {
    int[] widths =
        IntStream.range(0, head.size())
            .map(i ->
                Math.max(
                    width(head.get(i)),
                    rows.stream().mapToInt(r -> width(r.get(i))).max().orElse(0)))
            .toArray();
    StringBuilder text = new StringBuilder();
    line(text, head, widths);
    line(text, IntStream.of(widths).mapToObj("-"::repeat).toList(), widths);
    rows.forEach(row -> line(text, row, widths));
    return text.toString();
  }

  private void line(StringBuilder text, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String space = " ".repeat(widths[i] - width(cells.get(i)));
      line.append(i == 0 ? "" : GAP);
      line.append(right.get(i) ? space + cells.get(i) : cells.get(i) + space);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  /// A text that can't break a line or move the cursor.
  static String clean(String text) {
    return text.codePoints().anyMatch(Character::isISOControl)
        ? text.replaceAll("\\p{Cntrl}", " ")
        : text;
  }

  /// How many columns of a terminal a text takes.
  static int width(String text) {
    return text.codePoints().map(Table::width).sum();
  }

  private static int width(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isWide(c) ? 2 : 1;
    };
  }

  /// Unicode's East Asian Width classes W and F, in the blocks that hold nearly all of them.
  private static boolean isWide(int c) {
    return (c >= 0x1100 && c <= 0x115F)
        || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F)
        || (c >= 0xAC00 && c <= 0xD7A3)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0xFE30 && c <= 0xFE6F)
        || (c >= 0xFF00 && c <= 0xFF60)
        || (c >= 0xFFE0 && c <= 0xFFE6)
        || (c >= 0x1F300 && c <= 0x1F64F)
        || (c >= 0x1F900 && c <= 0x1F9FF)
        || (c >= 0x20000 && c <= 0x3FFFD);
  }
}
