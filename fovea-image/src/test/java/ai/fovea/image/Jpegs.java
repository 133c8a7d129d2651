package ai.fovea.image;

import java.util.SplittableRandom;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/// JPEG files of all kinds that OpenCV can write.
final class Jpegs {
  private static final int[] SAMPLING = {0x411111, 0x221111, 0x211111, 0x121111, 0x111111};

  private Jpegs() {}

  /// How a file is coded.
  ///
  /// @param sampling 0 to 4: 4:1:1, 4:2:0, 4:2:2, 4:4:0, 4:4:4
  /// @param restart MCUs between restart markers; 0 for none
  record Kind(boolean progressive, int sampling, int restart, boolean optimised, int quality) {
    /// Kinds of all combinations, one for each number.
    static Kind of(int number) {
      return new Kind(
          number % 2 == 1,
          number / 2 % SAMPLING.length,
          number % 3 == 0 ? 1 + number % 37 : 0,
          number % 4 < 2,
          60 + number % 40);
    }
  }

  static byte[] encode(Image image, Kind kind) {
    int[] settings = {
      opencv_imgcodecs.IMWRITE_JPEG_QUALITY,
      kind.quality,
      opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE,
      kind.progressive ? 1 : 0,
      opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR,
      SAMPLING[kind.sampling],
      opencv_imgcodecs.IMWRITE_JPEG_RST_INTERVAL,
      kind.restart,
      opencv_imgcodecs.IMWRITE_JPEG_OPTIMIZE,
      kind.optimised ? 1 : 0
    };
    ImageEncoder.png(Image.of(1, 1, new byte[3])); // loads and sets up OpenCV
    try (var pixels = new BytePointer(image.pixels());
        var mat = new Mat(image.height(), image.width(), opencv_core.CV_8UC3, pixels);
        var out = new BytePointer();
        var options = new IntPointer(settings);
        var ending = new BytePointer(".jpg")) {
      opencv_imgcodecs.imencode(ending, mat, out, options);
      byte[] file = new byte[Math.toIntExact(out.limit())];
      out.get(file);
      return file;
    }
  }

  /// A copy with a run of bytes in its middle third overwritten.
  ///
  /// @param value of the bytes; negative for random ones
  static byte[] overwrite(byte[] file, int count, int value, long seed) {
    var random = new SplittableRandom(seed);
    byte[] bad = file.clone();
    int from = file.length / 3 + random.nextInt(file.length / 3 - count);
    for (int i = 0; i < count; i++) {
      bad[from + i] = (byte) (value < 0 ? random.nextInt(256) : value);
    }
    return bad;
  }
}
