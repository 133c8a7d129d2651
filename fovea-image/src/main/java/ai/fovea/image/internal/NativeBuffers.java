package ai.fovea.image.internal;

import ai.fovea.image.Image;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.jspecify.annotations.Nullable;

/// The OpenCV matrices of one thread. Each is created once and grows inside OpenCV as needed.
public final class NativeBuffers implements AutoCloseable {
  private @Nullable BytePointer file;
  private @Nullable BytePointer input;
  private @Nullable Mat decoded;
  private @Nullable Mat resized;
  private byte[] scratch = {};
  private boolean closed;

  /// No memory yet.
  ///
  /// @throws IllegalStateException if OpenCV's native library is not on the class path
  public NativeBuffers() {
    OpenCv.load();
  }

  /// Decodes into the reused matrix.
  ///
  /// @param flags OpenCV's `IMREAD_...`
  /// @return the matrix, valid until the next call, or null where OpenCV could not decode
  public @Nullable Mat decode(byte[] encoded, int flags) {
    open();
    file = copy(file, encoded, 0, encoded.length);
    if (decoded == null) {
      decoded = new Mat();
    }
    try (var header = new Mat(1, encoded.length, opencv_core.CV_8UC1, file);
        Mat result = opencv_imgcodecs.imdecode(header, flags, decoded)) {
      return result.empty() ? null : decoded;
    }
  }

  /// Resizes a part of a native matrix into the reused one.
  public Mat resize(Mat from, int width, int height, int interpolation) {
    return resize(from, width, height, 0, 0, interpolation);
  }

  /// As OpenCV's: a size of 0 takes the factors.
  public Mat resize(Mat from, int width, int height, double fx, double fy, int interpolation) {
    open();
    if (resized == null) {
      resized = new Mat();
    }
    try (var size = new Size(width, height)) {
      opencv_imgproc.resize(from, resized, size, fx, fy, interpolation);
    }
    return resized;
  }

  /// Resizes the rectangle of an image by OpenCV.
  public Image resize(
      Image from,
      int x,
      int y,
      int w,
      int h,
      int width,
      int height,
      double fx,
      double fy,
      int how) {
    open();
    byte[] rgb = from.pixels();
    int row = 3 * w;
    input = reserve(input, (long) row * h);
    for (int r = 0; r < h; r++) {
      input.position((long) r * row).put(rgb, 3 * ((y + r) * from.width() + x), row);
    }
    input.position(0);
    try (var mat = new Mat(h, w, opencv_core.CV_8UC3, input)) {
      return image(resize(mat, width, height, fx, fy, how));
    }
  }

  /// Copies a continuous 8-bit matrix of three channels to the heap.
  public static Image image(Mat mat) {
    byte[] rgb = new byte[Math.toIntExact(3L * mat.rows() * mat.cols())];
    copyRows(mat, 0, mat.rows(), rgb);
    return Image.wrap(mat.cols(), mat.rows(), rgb);
  }

  /// A 16-bit gray matrix as an image, clipped at 255.
  public static Image clippedGray(Mat mat) {
    int count = mat.rows() * mat.cols();
    byte[] rgb = new byte[3 * count];
    try (BytePointer data = mat.data();
        var values = new org.bytedeco.javacpp.ShortPointer(data)) {
      for (int i = 0; i < count; i++) {
        byte v = (byte) Math.min(values.get(i) & 0xFFFF, 255);
        rgb[3 * i] = v;
        rgb[3 * i + 1] = v;
        rgb[3 * i + 2] = v;
      }
    }
    return Image.wrap(mat.cols(), mat.rows(), rgb);
  }

  /// Copies whole rows of a continuous 8-bit matrix.
  public static void copyRows(Mat mat, int fromRow, int rows, byte[] to) {
    int row = mat.cols() * mat.channels();
    try (BytePointer data = mat.data()) {
      data.position((long) fromRow * row).get(to, 0, rows * row);
    }
  }

  /// A heap array of at least `length` bytes with undefined content, reused.
  public byte[] scratch(int length) {
    if (scratch.length < length) {
      scratch = new byte[length];
    }
    return scratch;
  }

  private void open() {
    if (closed) {
      throw new IllegalStateException("the workspace is closed: make a new one");
    }
  }

  private static BytePointer copy(@Nullable BytePointer to, byte[] from, int offset, int length) {
    BytePointer target = reserve(to, length);
    target.put(from, offset, length);
    return target;
  }

  private static BytePointer reserve(@Nullable BytePointer old, long length) {
    if (old != null && old.capacity() >= length) {
      return old.position(0);
    }
    if (old != null) {
      old.close();
    }
    return new BytePointer(Math.max(1 << 16, length + (length >> 2)));
  }

  @Override
  public void close() {
    closed = true;
    for (var owner : new org.bytedeco.javacpp.Pointer[] {file, input, decoded, resized}) {
      if (owner != null) {
        owner.close();
      }
    }
    file = null;
    input = null;
    decoded = null;
    resized = null;
    scratch = new byte[0];
  }
}
