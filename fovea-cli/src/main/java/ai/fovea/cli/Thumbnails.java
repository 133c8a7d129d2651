package ai.fovea.cli;

import ai.fovea.gallery.NewEntry;
import ai.fovea.image.Picture;
import ai.fovea.image.PictureDecoder;
import ai.fovea.image.PictureEncoder;
import ai.fovea.image.PictureHeader;
import ai.fovea.image.Thumbnail;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// `--thumbnails`: small copies of pictures that a gallery keeps.
final class Thumbnails {
  private static final int QUALITY = 85;

  @Option(
      names = "--thumbnails",
      paramLabel = "PIXELS",
      description =
          "Keep a small copy of each picture, its longer side so many pixels (16 to "
              + "1024), in the gallery: for pictures whose files will move or go. --resume "
              + "does not make them for pictures that are there.")
  @Bounds(from = 16, to = 1024)
  private Optional<Integer> pixels = Optional.empty();

  /// A new picture, with its small copy where that is wanted.
  NewEntry with(NewEntry entry, Path file, PictureDecoder decoder) throws IOException {
    return pixels.isEmpty() ? entry : with(entry, file, decoder, pixels.get());
  }

  /// A picture whose file is another than before, with a small copy of it where it had one, as large as that.
  ///
  /// @param before the small copy that it had
  static NewEntry renewed(
      NewEntry entry, Path file, PictureDecoder decoder, Optional<byte[]> before)
      throws IOException {
    if (before.isEmpty()) {
      return entry;
    }
    PictureHeader header = decoder.header(before.get(), "thumbnail of " + file);
    return with(entry, file, decoder, Math.max(header.width(), header.height()));
  }

  private static NewEntry with(NewEntry entry, Path file, PictureDecoder decoder, int side)
      throws IOException {
    Picture small = Thumbnail.of(decoder.read(file), side);
    return entry.withThumbnail(PictureEncoder.jpeg(small, QUALITY));
  }
}
