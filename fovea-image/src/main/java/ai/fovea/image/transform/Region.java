package ai.fovea.image.transform;

import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;

/// A rectangle of pixels.
///
/// @param left first column
/// @param top first row
/// @param width columns, may be 0
/// @param height rows, may be 0
public record Region(int left, int top, int width, int height) {
  /// The whole of an image.
  static Region all(Image image) {
    return new Region(0, 0, image.width(), image.height());
  }

  /// What `array[top:top+height, left:left+width]` gives in Python, where a negative start counts from the
  /// end and everything is clipped: the reference's training operations rely on it.
  static Region slice(int left, int top, int width, int height, int fullWidth, int fullHeight) {
    int x0 = index(left, fullWidth);
    int x1 = index(left + width, fullWidth);
    int y0 = index(top, fullHeight);
    int y1 = index(top + height, fullHeight);
    return new Region(x0, y0, Math.max(0, x1 - x0), Math.max(0, y1 - y0));
  }

  private static int index(int at, int size) {
    return Math.clamp(at < 0 ? (long) at + size : at, 0, size);
  }

  /// The pixels in this rectangle, which must lie inside.
  public Pixels cut(Pixels from) {
    return switch (from) {
      case Image image -> cut(image);
      case Planes planes -> cut(planes);
      default -> throw Step.wants("an image", from);
    };
  }

  /// The pixels in this rectangle.
  public Image cut(Image from) {
    if (width == from.width() && height == from.height()) {
      return from;
    }
    byte[] out = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      int start = 3 * ((top + y) * from.width() + left);
      System.arraycopy(from.pixels(), start, out, 3 * y * width, 3 * width);
    }
    return Image.wrap(width, height, out);
  }

  private Planes cut(Planes from) {
    boolean apart = from.layout() == Planes.Layout.CHW;
    int blocks = apart ? from.channels() : 1;
    int step = apart ? 1 : from.channels();
    float[] out = new float[from.channels() * width * height];
    for (int b = 0; b < blocks; b++) {
      for (int y = 0; y < height; y++) {
        int start = step * ((b * from.height() + top + y) * from.width() + left);
        System.arraycopy(from.values(), start, out, step * (b * height + y) * width, step * width);
      }
    }
    return new Planes(from.channels(), height, width, from.layout(), from.element(), out);
  }
}
