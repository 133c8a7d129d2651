import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/// Draws the toy data set again: `java examples/toy/Draw.java examples/toy`. Five things, each in shades of its own, twelve images of each, in any
/// place, size and light; eight are for training, two for the gallery, two are queries. The same seed gives the same images.
final class Draw {
  private static final int SIDE = 96;
  private static final int EACH = 12;
  private static final int TRAINED = 8;
  private static final int GALLERY = 10;

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    List<String> train = new ArrayList<>();
    List<String> gallery = new ArrayList<>();
    List<String> query = new ArrayList<>();
    Random random = new Random(20260101);
    int label = 0;
    for (Map.Entry<String, Shape> thing : things().entrySet()) {
      for (int i = 0; i < EACH; i++) {
        String name = "images/%s/%02d.png".formatted(thing.getKey(), i);
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image(thing.getValue(), 0.2f * label, random), "png", file.toFile());
        (i < TRAINED ? train : i < GALLERY ? gallery : query).add(name + " " + label);
      }
      label++;
    }
    Files.write(folder.resolve("train.txt"), train);
    Files.write(folder.resolve("gallery.txt"), gallery);
    Files.write(folder.resolve("query.txt"), query);
  }

  /// Outlines within -1 to 1.
  private static Map<String, Shape> things() {
    Map<String, Shape> all = new TreeMap<>();
    Area mug = new Area(new RoundRectangle2D.Double(-0.8, -0.7, 1.2, 1.5, 0.3, 0.3));
    Area handle = new Area(new Ellipse2D.Double(0.1, -0.45, 0.85, 0.95));
    handle.subtract(new Area(new Ellipse2D.Double(0.28, -0.25, 0.5, 0.55)));
    mug.add(handle);
    all.put("mug", mug);
    Area key = new Area(new Ellipse2D.Double(-1, -0.45, 0.9, 0.9));
    key.subtract(new Area(new Ellipse2D.Double(-0.75, -0.2, 0.4, 0.4)));
    key.add(new Area(new Rectangle2D.Double(-0.2, -0.12, 1.2, 0.24)));
    key.add(new Area(new Rectangle2D.Double(0.5, 0, 0.16, 0.4)));
    key.add(new Area(new Rectangle2D.Double(0.8, 0, 0.16, 0.5)));
    all.put("key", key);
    Path2D star = new Path2D.Double();
    for (int i = 0; i < 10; i++) {
      double radius = i % 2 == 0 ? 1 : 0.42;
      double angle = Math.PI * i / 5 - Math.PI / 2;
      if (i == 0) {
        star.moveTo(radius * Math.cos(angle), radius * Math.sin(angle));
      } else {
        star.lineTo(radius * Math.cos(angle), radius * Math.sin(angle));
      }
    }
    star.closePath();
    all.put("star", star);
    Path2D leaf = new Path2D.Double();
    leaf.moveTo(-1, 0.1);
    leaf.curveTo(-0.4, -0.9, 0.6, -0.8, 1, 0);
    leaf.curveTo(0.5, 0.7, -0.4, 0.8, -1, 0.1);
    leaf.closePath();
    Area vein = new Area(leaf);
    vein.subtract(new Area(new Rectangle2D.Double(-0.9, -0.03, 1.6, 0.07)));
    all.put("leaf", vein);
    Area house = new Area(new Rectangle2D.Double(-0.7, -0.1, 1.4, 1));
    Path2D roof = new Path2D.Double();
    roof.moveTo(-1, -0.1);
    roof.lineTo(0, -0.95);
    roof.lineTo(1, -0.1);
    roof.closePath();
    house.add(new Area(roof));
    house.subtract(new Area(new Rectangle2D.Double(-0.18, 0.3, 0.36, 0.6)));
    all.put("house", house);
    return all;
  }

  private static BufferedImage image(Shape thing, float hue, Random random) {
    var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    float ground = random.nextFloat();
    g.setColor(Color.getHSBColor(ground, 0.2f, 0.85f));
    g.fillRect(0, 0, SIDE, SIDE);
    for (int i = 0; i < 5; i++) {
      g.setColor(Color.getHSBColor(ground + 0.1f * random.nextFloat(), 0.25f, 0.8f));
      double size = 10 + 25 * random.nextDouble();
      g.fill(
          new Ellipse2D.Double(SIDE * random.nextDouble(), SIDE * random.nextDouble(), size, size));
    }
    var place = new AffineTransform();
    place.translate(
        SIDE / 2.0 + 14 * (random.nextDouble() - 0.5),
        SIDE / 2.0 + 14 * (random.nextDouble() - 0.5));
    place.rotate(0.8 * (random.nextDouble() - 0.5));
    double size = 26 + 12 * random.nextDouble();
    place.scale(size, size * (0.85 + 0.3 * random.nextDouble()));
    Shape placed = place.createTransformedShape(thing);
    g.setColor(
        Color.getHSBColor(
            hue + 0.1f * (random.nextFloat() - 0.5f), 0.55f + 0.4f * random.nextFloat(), 0.65f));
    g.fill(placed);
    g.setColor(new Color(0x33, 0x33, 0x33));
    g.setStroke(new BasicStroke(1.5f));
    g.draw(placed);
    // Light from one side.
    g.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, 0.15f));
    g.setColor(random.nextBoolean() ? Color.BLACK : Color.WHITE);
    g.fillRect(0, 0, SIDE, (int) (SIDE * random.nextDouble()));
    g.dispose();
    return image;
  }
}
