package ai.fovea.image.internal;

import java.util.Arrays;

/// A component (luma, chroma) of a JPEG frame, and what its scans have told of it so far.
final class JpegComponent {
  /// Set where a coefficient's precision has not been sent: nothing of it came yet.
  static final int ABSENT = -1;

  final int id;
  final int horizontal;
  final int vertical;
  final int quantisation;

  /// Quantisation steps in the order of the coefficients in the file; taken at the first scan.
  int[] steps = {};

  /// Of each coefficient the lowest bit that was sent; [#ABSENT] for none. Used by progressive files.
  final int[] precision = new int[64];

  /// Blocks a row that carry pixels: what a scan of this component alone holds.
  int width;

  /// Rows of blocks that carry pixels.
  int height;

  /// Blocks a row up to whole MCUs: what a scan of several components holds.
  int stride;

  /// Rows of blocks up to whole MCUs.
  int rows;

  /// Of each block the coefficients that are not zero; progressive files only.
  long[] nonzero = {};

  /// Of each block the sum of the squares of its coefficients; progressive files only.
  float[] energy = {};

  /// Of each block the DC coefficient as the first pass had it; progressive files only.
  short[] levels = {};

  /// Of each block the mean of the upper edge in levels, and that of the lower edge; sequential files only.
  float[] upper = {};

  float[] lower = {};

  int table;
  int acTable;
  int prediction;

  JpegComponent(int id, int horizontal, int vertical, int quantisation) {
    this.id = id;
    this.horizontal = horizontal;
    this.vertical = vertical;
    this.quantisation = quantisation;
    Arrays.fill(precision, ABSENT);
  }

  /// Lays the blocks out.
  ///
  /// @param max the largest sampling factors of all components: horizontal, vertical
  void layOut(int imageWidth, int imageHeight, int[] max) {
    width = blocks(imageWidth, horizontal, max[0]);
    height = blocks(imageHeight, vertical, max[1]);
    stride = Math.ceilDiv(imageWidth, 8 * max[0]) * horizontal;
    rows = Math.ceilDiv(imageHeight, 8 * max[1]) * vertical;
  }

  /// Takes memory for what the blocks tell.
  void remember(boolean progressive) {
    int blocks = Math.multiplyExact(stride, rows);
    if (progressive) {
      nonzero = new long[blocks];
      energy = new float[blocks];
      levels = new short[blocks];
    } else {
      upper = new float[blocks];
      lower = new float[blocks];
    }
  }

  private static int blocks(int pixels, int factor, int max) {
    return Math.ceilDiv(Math.ceilDiv(pixels * factor, max), 8);
  }
}
