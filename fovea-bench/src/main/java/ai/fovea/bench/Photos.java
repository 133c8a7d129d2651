package ai.fovea.bench;

import ai.fovea.image.Encoded;
import ai.fovea.image.Image;
import ai.fovea.image.ImageDecoder;
import ai.fovea.image.ImageEncoder;
import ai.fovea.image.Workspace;
import ai.fovea.image.transform.Backend;
import ai.fovea.image.transform.Interpolation;
import ai.fovea.image.transform.Resampling;
import ai.fovea.image.transform.ResizeImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// JPEG files of a folder, as they are or enlarged.
///
/// @param side the longer side that each was re-encoded with; 0 for the files as they are
/// @param files their bytes
/// @param originals the bytes before enlarging
record Photos(int side, List<byte[]> files, List<byte[]> originals) {

  /// Reads the first `limit` files in the order of their names.
  ///
  /// @param side 0 for the files as they are
  /// @throws IllegalArgumentException if there are none
  static Photos of(Path folder, int limit, int side) throws IOException {
    return of(folder, limit, side, 0);
  }

  /// With noise on each pixel of enlarged images, which are smoother than a camera's otherwise.
  ///
  /// @param noise its standard deviation, of 255
  static Photos of(Path folder, int limit, int side, int noise) throws IOException {
    List<Path> paths;
    try (var walk = Files.walk(folder)) {
      paths =
          walk.filter(p -> p.getFileName().toString().matches(".*\\.jp[^.]*g[^.]*"))
              .sorted()
              .limit(limit)
              .toList();
    }
    if (paths.isEmpty()) {
      throw new IllegalArgumentException(folder + ": holds no JPEG files");
    }
    var files = new ArrayList<byte[]>();
    var originals = new ArrayList<byte[]>();
    try (var workspace = new Workspace()) {
      for (Path path : paths) {
        byte[] file = Files.readAllBytes(path);
        originals.add(file);
        files.add(side == 0 ? file : enlarged(file, path.toString(), side, noise, workspace));
      }
    }
    return new Photos(side, files, originals);
  }

  private static byte[] enlarged(
      byte[] file, String name, int side, int noise, Workspace workspace) {
    Image image = ImageDecoder.STANDARD.decode(file, name, workspace);
    double by = (double) side / Math.max(image.width(), image.height());
    var resize =
        new ResizeImage(
            (int) Math.rint(image.width() * by),
            (int) Math.rint(image.height() * by),
            0,
            new Resampling(Backend.CV2, Interpolation.BICUBIC));
    var random = new SplittableRandom(0);
    Image large = (Image) resize.apply(image, random, workspace);
    return ImageEncoder.jpeg(noise == 0 ? large : noisy(large, noise, random), 90);
  }

  private static Image noisy(Image image, int noise, SplittableRandom random) {
    byte[] pixels = image.pixels().clone();
    for (int i = 0; i < pixels.length; i++) {
      long value = (pixels[i] & 0xFF) + Math.round(noise * random.nextGaussian());
      pixels[i] = (byte) Math.clamp(value, 0, 255);
    }
    return Image.of(image.width(), image.height(), pixels);
  }

  /// Named as errors should call it.
  Encoded encoded(int i) {
    return new Encoded(files.get(i), "image " + i);
  }

  int meanBytes() {
    return (int) files.stream().mapToInt(f -> f.length).average().orElse(0);
  }
}
