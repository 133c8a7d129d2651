package ai.fovea.image.draw;

import ai.fovea.image.Image;
import ai.fovea.image.Thumbnail;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.RoundRectangle2D;
import java.util.List;

/// Draws results onto images, in sizes that follow the image's. Thread-safe.
///
/// Text is drawn by Java2D without a display. Labels in scripts that the system has no font for appear as numbers: see [LabelKey].
public final class Drawing {
  private static final int LEAST_FONT = 13;
  private static final int LEAST_SIDE = 480;

  private Drawing() {}

  /// A copy of the image with boxes and labels. Labels without a box are stacked in the upper left. An
  /// image whose longer side is below 480 pixels is enlarged to that, so that text can be read.
  ///
  /// @param annotations with boxes in pixels of the given image
  public static Image annotate(Image image, List<Annotation> annotations) {
    return annotate(image, annotations, new LabelKey());
  }

  /// As [#annotate(Image, List)].
  ///
  /// @param key gets the labels that can't be drawn
  public static Image annotate(Image image, List<Annotation> annotations, LabelKey key) {
    int longest = Math.max(image.width(), image.height());
    if (longest >= LEAST_SIDE) {
      return draw(image, annotations, key);
    }
    Image larger = Thumbnail.of(image, LEAST_SIDE);
    double grown = (double) LEAST_SIDE / longest;
    return draw(
        larger,
        annotations.stream().map(a -> a.box().map(b -> a.in(b.scaled(grown))).orElse(a)).toList(),
        key);
  }

  private static Image draw(Image image, List<Annotation> annotations, LabelKey key) {
    var canvas = Canvas.of(image, key);
    Graphics2D g = canvas.graphics();
    int longer = Math.max(image.width(), image.height());
    float size = Math.max(LEAST_FONT, Math.min(longer / 26f, image.width() / 14f));
    g.setFont(Canvas.font(Font.BOLD, size));
    float line = Math.max(2, longer / 170f);
    double stacked = size * 0.5;
    for (Annotation a : annotations) {
      if (a.box().isPresent()) {
        box(g, a.box().get(), a.known(), line);
      }
    }
    for (Annotation a : annotations) {
      Canvas.Tag tag = canvas.tag(a.label(), a.detail(), image.width() - size * 0.5);
      if (a.box().isPresent()) {
        Annotation.Box b = a.box().get();
        double above = b.top() - tag.height() - line / 2;
        double y = above >= 0 ? above : b.top() + line / 2;
        double x = Math.clamp(b.left() - line / 2, 0, Math.max(0, image.width() - tag.width()));
        tag.draw(g, x, y, a.known());
      } else {
        tag.draw(g, size * 0.5, stacked, a.known());
        stacked += tag.height() + size * 0.25;
      }
    }
    return canvas.finish();
  }

  private static void box(Graphics2D g, Annotation.Box b, boolean known, float line) {
    var shape =
        new RoundRectangle2D.Double(b.left(), b.top(), b.width(), b.height(), 3 * line, 3 * line);
    g.setColor(new Color(0, 0, 0, 110)); // a dark rim, so that the box shows on any background
    g.setStroke(new BasicStroke(line * 2));
    g.draw(shape);
    g.setColor(Canvas.colour(known));
    g.setStroke(new BasicStroke(line));
    g.draw(shape);
  }
}
