package ai.fovea.image;

import ai.fovea.image.transform.Region;
import java.util.Optional;

/// A rectangle in an image, in pixels; its edges may lie between pixels and outside the image.
///
/// @param left first column
/// @param top first row
/// @param right end of the columns
/// @param bottom end of the rows
public record Box(float left, float top, float right, float bottom) {
  /// Refuses coordinates that are not finite.
  public Box {
    if (!Float.isFinite(left)
        || !Float.isFinite(top)
        || !Float.isFinite(right)
        || !Float.isFinite(bottom)) {
      throw new IllegalArgumentException(
          "a box with edges %s, %s, %s, %s".formatted(left, top, right, bottom));
    }
  }

  /// The whole of an image.
  public static Box of(Image image) {
    return new Box(0, 0, image.width(), image.height());
  }

  /// Columns.
  public float width() {
    return right - left;
  }

  /// Rows.
  public float height() {
    return bottom - top;
  }

  /// What lies in both, by what lies in either, 0 to 1; 0 where both are empty.
  ///
  /// @param border what is added to width and height: 1 where edges count as pixels, as in the reference, else 0
  public double intersectionOverUnion(Box other, double border) {
    double w = Math.min(right, other.right) - (double) Math.max(left, other.left) + border;
    double h = Math.min(bottom, other.bottom) - (double) Math.max(top, other.top) + border;
    double both = Math.max(0, w) * Math.max(0, h);
    double either = area(border) + other.area(border) - both;
    return either > 0 ? both / either : 0;
  }

  private double area(double border) {
    return Math.max(0, (double) right - left + border)
        * Math.max(0, (double) bottom - top + border);
  }

  /// The whole pixels of an image in this box: edges are cut off toward 0, and what is outside is left out. Empty where nothing is inside.
  public Optional<Region> region(int imageWidth, int imageHeight) {
    int x0 = Math.clamp((long) left, 0, imageWidth);
    int y0 = Math.clamp((long) top, 0, imageHeight);
    int x1 = Math.clamp((long) right, 0, imageWidth);
    int y1 = Math.clamp((long) bottom, 0, imageHeight);
    return x1 > x0 && y1 > y0
        ? Optional.of(new Region(x0, y0, x1 - x0, y1 - y0))
        : Optional.empty();
  }

  /// The pixels of a rectangle.
  public static Box of(Region region) {
    return new Box(
        region.left(),
        region.top(),
        region.left() + region.width(),
        region.top() + region.height());
  }
}
