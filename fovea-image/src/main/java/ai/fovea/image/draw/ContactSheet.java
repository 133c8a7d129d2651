package ai.fovea.image.draw;

import ai.fovea.image.Image;
import ai.fovea.image.Thumbnail;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.RoundRectangle2D;
import java.util.List;

/// Rows of images: a query at the left, its nearest gallery images beside it, each with two lines of
/// text below; a legend tells what the frames mean. Immutable.
///
/// @param side of a cell's image area in pixels, 64 to 1024
public record ContactSheet(int side) {
  private static final Color PAPER = new Color(0xFAFAF8);
  private static final Color INK = new Color(0x22252A);
  private static final Color FAINT = new Color(0x6B7280);
  private static final Color LINE = new Color(0xD9DCE1);

  /// One image of a row.
  ///
  /// @param image shrunk to the cell
  /// @param title what it is, in bold
  /// @param detail a score or a file name
  /// @param known whether its frame has the colour of known things
  public record Cell(Image image, String title, String detail, boolean known) {}

  /// A query and its nearest images.
  ///
  /// @param query at the left
  /// @param nearest from the nearest on, may be empty
  public record Row(Cell query, List<Cell> nearest) {
    public Row {
      nearest = List.copyOf(nearest);
    }
  }

  public ContactSheet {
    if (side < 64 || side > 1024) {
      throw new IllegalArgumentException("a cell's side is 64 to 1024 pixels, got " + side);
    }
  }

  /// Draws the sheet.
  ///
  /// @param title above all rows; may be empty
  /// @param rows at least one
  public Image draw(String title, List<Row> rows) {
    return draw(title, rows, new LabelKey());
  }

  /// As [#draw(String, List)].
  ///
  /// @param key gets the texts that can't be drawn
  public Image draw(String title, List<Row> rows, LabelKey key) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("a contact sheet wants at least one row");
    }
    int max = rows.stream().mapToInt(r -> r.nearest().size()).max().orElse(0);
    int gap = Math.max(8, side / 12);
    float font = Math.max(11, side / 13f);
    int text = Math.round(font * 3.1f);
    int split = 2 * gap; // room for the line between query and gallery
    int legend = Math.round(font * 2f);
    int head = (title.isBlank() ? gap : Math.round(font * 3.1f)) + legend;
    int width = gap + (side + gap) * (1 + max) + (max > 0 ? split : 0);
    int height = head + rows.size() * (side + text + gap) + gap / 2;
    var canvas = Canvas.blank(width, height, PAPER, key);
    Graphics2D g = canvas.graphics();
    if (!title.isBlank()) {
      g.setFont(Canvas.font(Font.BOLD, font * 1.25f));
      g.setColor(INK);
      canvas.text(title, gap, font * 2, width - 2.0 * gap);
    }
    legend(canvas, gap, head - legend, font);
    for (int r = 0; r < rows.size(); r++) {
      int y = head + r * (side + text + gap);
      cell(canvas, rows.get(r).query(), gap, y, font, true);
      if (max > 0) {
        int x = gap + side + gap + split / 2 - gap / 2;
        g.setColor(LINE);
        g.setStroke(new BasicStroke(Math.max(1, side / 120f)));
        g.drawLine(x, y, x, y + side + text);
      }
      for (int i = 0; i < rows.get(r).nearest().size(); i++) {
        int x = gap + split + (side + gap) * (i + 1);
        cell(canvas, rows.get(r).nearest().get(i), x, y, font, false);
      }
    }
    return canvas.finish();
  }

  /// Two frames with what they mean.
  private static void legend(Canvas canvas, int x, int y, float font) {
    Graphics2D g = canvas.graphics();
    g.setFont(Canvas.font(Font.PLAIN, font * 0.95f));
    float at = x;
    for (boolean known : new boolean[] {true, false}) {
      float box = font * 0.9f;
      g.setColor(Canvas.colour(known));
      g.setStroke(new BasicStroke(Math.max(2, font / 6)));
      g.draw(new RoundRectangle2D.Double(at + 1, y + font * 0.1, box, box, 3, 3));
      g.setColor(INK);
      String meaning = known ? "known: reaches the threshold" : "below the threshold";
      g.drawString(meaning, at + box * 1.5f, y + font);
      at += box * 1.5f + g.getFontMetrics().stringWidth(meaning) + font * 2;
    }
  }

  private void cell(Canvas canvas, Cell cell, int x, int y, float font, boolean framed) {
    Graphics2D g = canvas.graphics();
    Image small = Thumbnail.of(cell.image(), side);
    int px = x + (side - small.width()) / 2;
    int py = y + (side - small.height()) / 2;
    g.setColor(Color.WHITE);
    g.fillRect(x, y, side, side);
    g.drawImage(Canvas.buffered(small), px, py, null);
    float line = framed ? Math.max(3, side / 50f) : Math.max(1, side / 150f);
    g.setStroke(new BasicStroke(line));
    g.setColor(framed ? Canvas.colour(cell.known()) : LINE);
    g.draw(new RoundRectangle2D.Double(x, y, side, side, line, line));
    g.setFont(Canvas.font(Font.BOLD, font));
    g.setColor(cell.known() ? INK : Canvas.UNKNOWN);
    canvas.text(cell.title(), x, y + side + font * 1.35f, side);
    g.setFont(Canvas.font(Font.PLAIN, font * 0.88f));
    g.setColor(FAINT);
    canvas.text(cell.detail(), x, y + side + font * 2.5f, side);
  }
}
