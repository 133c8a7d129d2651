package ai.fovea.image;

/// An array of numbers made from an image: `[C,H,W]` or `[H,W,C]`, row by row.
///
/// Bytes and half floats are held as floats, which is exact; `element` says what they are.
///
/// @param channels C
/// @param height H in pixels
/// @param width W in pixels
/// @param layout the order of the axes
/// @param element what the numbers stand for
/// @param values `channels * height * width` numbers; not copied, so it must not be changed afterwards
@SuppressWarnings("ArrayRecordComponent") // pixels are handed over, never compared
public record Planes(
    int channels, int height, int width, Layout layout, Element element, float[] values)
    implements Pixels {

  /// The order of the axes.
  public enum Layout {
    /// Channels apart: `[C,H,W]`.
    CHW,
    /// Channels interleaved: `[H,W,C]`.
    HWC
  }

  /// The kind of number.
  public enum Element {
    /// 0 to 255.
    UINT8,
    /// 32-bit floats.
    FLOAT32,
    /// Numbers that a 16-bit float can hold.
    FLOAT16
  }

  public Planes {
    if (values.length != (long) channels * height * width) {
      throw new IllegalArgumentException(
          "%d channels of %d x %d need %d values, got %d"
              .formatted(channels, width, height, (long) channels * height * width, values.length));
    }
  }

  /// The array's shape in the order of its layout.
  public int[] shape() {
    return layout == Layout.CHW
        ? new int[] {channels, height, width}
        : new int[] {height, width, channels};
  }

  /// The same numbers with the channels apart.
  public Planes toChw() {
    if (layout == Layout.CHW) {
      return this;
    }
    float[] out = new float[values.length];
    int plane = height * width;
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < plane; i++) {
        out[c * plane + i] = values[i * channels + c];
      }
    }
    return new Planes(channels, height, width, Layout.CHW, element, out);
  }
}
