package ai.fovea.cli.gallery;

import ai.fovea.cli.options.Bounds;
import ai.fovea.gallery.NewEntry;
import ai.fovea.image.Image;
import ai.fovea.image.ImageDecoder;
import ai.fovea.image.ImageEncoder;
import ai.fovea.image.ImageHeader;
import ai.fovea.image.Thumbnail;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// `--thumbnails`: small copies of images that a gallery keeps.
final class Thumbnails {
  private static final int QUALITY = 85;

  @Option(
      names = "--thumbnails",
      paramLabel = "PIXELS",
      description =
          "Keep a small copy of each image, its longer side so many pixels (16 to "
              + "1024), in the gallery: for images whose files will move or go. --resume "
              + "does not make them for images that are there.")
  @Bounds(from = 16, to = 1024)
  private Optional<Integer> pixels = Optional.empty();

  /// A new image, with its small copy where that is wanted.
  NewEntry with(NewEntry entry, Path file, ImageDecoder decoder) {
    return pixels.isEmpty() ? entry : with(entry, file, decoder, pixels.get());
  }

  /// An image whose file is another than before, with a small copy of it where it had one, as large as that.
  ///
  /// @param before the small copy that it had
  static NewEntry renewed(
      NewEntry entry, Path file, ImageDecoder decoder, Optional<byte[]> before) {
    if (before.isEmpty()) {
      return entry;
    }
    ImageHeader header = decoder.header(before.get(), "thumbnail of " + file);
    return with(entry, file, decoder, Math.max(header.width(), header.height()));
  }

  private static NewEntry with(NewEntry entry, Path file, ImageDecoder decoder, int side) {
    Image small = Thumbnail.of(decoder.read(file), side);
    return entry.withThumbnail(ImageEncoder.jpeg(small, QUALITY));
  }
}
