package ai.fovea.image.draw;

import ai.fovea.image.Image;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;

/// A Java2D image with the project's colours and fonts.
final class Canvas {
  static final Color KNOWN = new Color(0x1F9D61);
  static final Color UNKNOWN = new Color(0xD9480F);

  private final BufferedImage image;
  private final Graphics2D graphics;

  private final LabelKey key;

  private Canvas(BufferedImage image, LabelKey key) {
    this.image = image;
    this.key = key;
    graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
  }

  static Canvas blank(int width, int height, Color background, LabelKey key) {
    var canvas = new Canvas(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), key);
    canvas.graphics.setColor(background);
    canvas.graphics.fillRect(0, 0, width, height);
    return canvas;
  }

  static Canvas of(Image image, LabelKey key) {
    return new Canvas(buffered(image), key);
  }

  static BufferedImage buffered(Image image) {
    int w = image.width();
    int h = image.height();
    var buffered = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
    byte[] rgb = image.pixels();
    int[] row = new int[w];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int i = 3 * (y * w + x);
        row[x] = ((rgb[i] & 0xFF) << 16) | ((rgb[i + 1] & 0xFF) << 8) | (rgb[i + 2] & 0xFF);
      }
      buffered.setRGB(0, y, w, 1, row, 0, w);
    }
    return buffered;
  }

  Graphics2D graphics() {
    return graphics;
  }

  static Font font(int style, float size) {
    return new Font(Font.SANS_SERIF, style, 1).deriveFont(size);
  }

  static Color colour(boolean known) {
    return known ? KNOWN : UNKNOWN;
  }

  /// The image as it is now. The canvas must not be used afterwards.
  Image finish() {
    graphics.dispose();
    int w = image.getWidth();
    int h = image.getHeight();
    byte[] rgb = new byte[3 * w * h];
    int[] row = new int[w];
    for (int y = 0; y < h; y++) {
      image.getRGB(0, y, w, 1, row, 0, w);
      for (int x = 0; x < w; x++) {
        int i = 3 * (y * w + x);
        rgb[i] = (byte) (row[x] >> 16);
        rgb[i + 1] = (byte) (row[x] >> 8);
        rgb[i + 2] = (byte) row[x];
      }
    }
    return Image.wrap(w, h, rgb);
  }

  /// Draws a text in the current style and size, shortened where it is wider than `room`.
  void text(String text, double x, double y, double room) {
    LabelKey.Drawable line = drawable(text);
    String shown = fitted(line.text(), graphics.getFontMetrics(line.font()), room);
    draw(graphics, shown, line.font(), x, y);
  }

  /// The font is one text's alone.
  private static void draw(Graphics2D g, String text, Font font, double x, double y) {
    Font usual = g.getFont();
    g.setFont(font);
    g.drawString(text, (float) x, (float) y);
    g.setFont(usual);
  }

  /// The text on one line.
  private LabelKey.Drawable drawable(String text) {
    return key.drawable(text.strip().replaceAll("\\s*\\R\\s*", " "), graphics.getFont());
  }

  /// The text, shortened with an ellipsis where it is wider than `room`.
  private static String fitted(String text, FontMetrics metrics, double room) {
    if (metrics.stringWidth(text) <= room) {
      return text;
    }
    int end = text.length();
    while (end > 0 && metrics.stringWidth(text.substring(0, end) + "…") > room) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end).stripTrailing() + "…";
  }

  /// A filled label in the current style and size.
  ///
  /// @param detail stays whole behind the text, which is shortened
  /// @param room the greatest width
  Tag tag(String text, String detail, double room) {
    LabelKey.Drawable line = drawable(text);
    FontMetrics metrics = graphics.getFontMetrics(line.font());
    double pad = metrics.getHeight() * 0.3;
    String end = detail.isBlank() ? "" : "  " + detail;
    String shown = fitted(line.text(), metrics, room - 2 * pad - metrics.stringWidth(end)) + end;
    return new Tag(
        shown,
        line.font(),
        metrics.stringWidth(shown) + 2 * pad,
        metrics.getHeight() + pad * 0.7,
        pad,
        metrics.getAscent() + pad * 0.35);
  }

  /// A label and its size.
  record Tag(String text, Font font, double width, double height, double pad, double baseline) {
    void draw(Graphics2D g, double x, double y, boolean known) {
      g.setColor(colour(known));
      g.fill(new RoundRectangle2D.Double(x, y, width, height, pad, pad));
      g.setColor(Color.WHITE);
      Canvas.draw(g, text, font, x + pad, y + baseline);
    }
  }
}
