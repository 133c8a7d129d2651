package ai.fovea.chart;

import ai.fovea.base.AtomicFile;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;

/// Charts as files, one below the other. Thread-safe; needs no display.
public final class ChartFile {
  // Narrow, so that texts stay legible where a page is as wide as a phone.
  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;
  private static final int SCALE = 2;
  private static final String SVG = "http://www.w3.org/2000/svg";

  private ChartFile() {}

  /// Writes a file in the format of its ending, `.svg` or `.png`. Where that fails, what was there stays.
  ///
  /// @throws IllegalArgumentException for another ending
  public static void write(List<Chart> charts, Path file) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".svg")) {
      AtomicFile.write(file, svg(charts).getBytes(StandardCharsets.UTF_8));
    } else if (name.endsWith(".png")) {
      AtomicFile.write(file, png(charts));
    } else {
      throw new IllegalArgumentException(
          file + ": charts are written as .svg or .png; choose one of these endings");
    }
  }

  /// An SVG document without references to anything outside; texts are outlines. It is dark where the reader prefers that.
  public static String svg(List<Chart> charts) throws IOException {
    try {
      var document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .getDOMImplementation()
              .createDocument(SVG, "svg", null);
      SVGGraphics2D graphics = new SVGGraphics2D(document);
      graphics.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT * charts.size()));
      paint(charts, graphics);
      StringWriter written = new StringWriter();
      graphics.stream(written, true);
      String text = written.toString();
      // Without the prolog, which names a DTD on the web, and which has no place in an HTML page.
      String svg = text.substring(text.indexOf("<svg"));
      // With a view box a page may show it in any size.
      String framed =
          "<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT * charts.size() + "\"" + svg.substring(4);
      int inside = framed.indexOf('>') + 1;
      return framed.substring(0, inside) + Palette.darkStyle() + framed.substring(inside);
    } catch (ParserConfigurationException e) {
      throw new IOException("this JDK has no XML parser: " + e.getMessage(), e);
    }
  }

  /// A PNG file, two pixels for each of the SVG's.
  public static byte[] png(List<Chart> charts) throws IOException {
    var image =
        new BufferedImage(
            WIDTH * SCALE, HEIGHT * SCALE * charts.size(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.scale(SCALE, SCALE);
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      paint(charts, graphics);
    } finally {
      graphics.dispose();
    }
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  private static void paint(List<Chart> charts, Graphics2D graphics) {
    Palette palette = new Palette();
    for (int i = 0; i < charts.size(); i++) {
      Graphics2D part = (Graphics2D) graphics.create();
      part.translate(0, i * HEIGHT);
      Drawn.of(charts.get(i), palette, WIDTH, HEIGHT).paint(part, WIDTH, HEIGHT);
      part.dispose();
    }
  }
}
