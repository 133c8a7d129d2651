package ai.fovea.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Text in columns, aligned as a terminal shows it: East Asian characters count as two columns, combining marks as none.
public final class Table {
  private static final String GAP = "  ";
  private static final int NARROWEST = 12;
  private static final int LONGEST_WORD = 40;

  /// Colours of cells.
  public enum Colour {
    NONE(""),
    GREEN("\u001B[32m"),
    YELLOW("\u001B[33m");

    private final String code;

    Colour(String code) {
      this.code = code;
    }
  }

  /// A text in a colour, for [#row].
  public record Cell(String text, Colour colour) {}

  private final List<String> head;
  private final List<Boolean> right = new ArrayList<>();
  private final List<List<Cell>> rows = new ArrayList<>();

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
    rows.add(
        List.of(cells).stream()
            .map(c ->
                c instanceof Cell cell
                    ? new Cell(clean(cell.text), cell.colour)
                    : plain(clean(String.valueOf(c))))
            .toList());
    return this;
  }

  /// The table, each line ended, as wide as its cells, without colours.
  @Override
  public String toString() {
    return render(Integer.MAX_VALUE, false);
  }

  /// The table, each line ended.
  ///
  /// @param columns how wide it may be: cells of the widest columns go on in the next line, nothing is cut off. Columns
  ///     of numbers, and those of few characters, keep their width, so that a table of many can be wider
  /// @param coloured whether cells are in their colours
  public String render(int columns, boolean coloured) {
    int[] widths =
        IntStream.range(0, head.size())
            .map(i ->
                Math.max(
                    TextWidth.of(head.get(i)),
                    rows.stream().mapToInt(r -> TextWidth.of(r.get(i).text)).max().orElse(0)))
            .toArray();
    int[] words = new int[widths.length];
    for (int i = 0; i < words.length; i++) {
      int column = i;
      words[i] =
          Math.min(
              LONGEST_WORD,
              rows.stream()
                  .mapToInt(r -> TextWidth.longestWord(r.get(column).text))
                  .max()
                  .orElse(0));
    }
    // Names are broken inside only where the table would be too wide otherwise.
    narrow(widths, columns, IntStream.of(words).map(w -> Math.max(NARROWEST, w)).toArray());
    narrow(widths, columns, words);
    narrow(widths, columns, IntStream.of(words).map(_ -> NARROWEST).toArray());
    StringBuilder text = new StringBuilder();
    line(text, head.stream().map(Table::plain).toList(), widths, coloured);
    line(text, IntStream.of(widths).mapToObj(w -> plain("-".repeat(w))).toList(), widths, coloured);
    rows.forEach(row -> line(text, row, widths, coloured));
    return text.toString();
  }

  private static Cell plain(String text) {
    return new Cell(text, Colour.NONE);
  }

  /// Takes from the widest columns what is too much.
  ///
  /// @param least how wide each column stays
  private void narrow(int[] widths, int columns, int[] least) {
    int over = IntStream.of(widths).sum() + GAP.length() * (widths.length - 1) - columns;
    for (; over > 0; over--) {
      int widest =
          IntStream.range(0, widths.length)
              .filter(
                  i -> !right.get(i) && widths[i] > Math.max(least[i], TextWidth.of(head.get(i))))
              .reduce((a, b) -> widths[b] > widths[a] ? b : a)
              .orElse(-1);
      if (widest < 0) {
        return;
      }
      widths[widest]--;
    }
  }

  private void line(StringBuilder text, List<Cell> cells, int[] widths, boolean coloured) {
    List<List<String>> parts =
        IntStream.range(0, widths.length)
            .mapToObj(i -> TextWidth.wrap(cells.get(i).text, widths[i]))
            .toList();
    int height = parts.stream().mapToInt(List::size).max().orElse(1);
    for (int k = 0; k < height; k++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String part = k < parts.get(i).size() ? parts.get(i).get(k) : "";
        String space = " ".repeat(widths[i] - TextWidth.of(part));
        Colour colour = coloured && !part.isEmpty() ? cells.get(i).colour : Colour.NONE;
        String shown = colour == Colour.NONE ? part : colour.code + part + "\u001B[0m";
        line.append(i == 0 ? "" : GAP);
        line.append(right.get(i) ? space + shown : shown + space);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
  }

  /// A text that can't break a line or move the cursor.
  public static String clean(String text) {
    return text.codePoints().anyMatch(Character::isISOControl)
        ? text.replaceAll("\\p{Cntrl}", " ")
        : text;
  }
}
