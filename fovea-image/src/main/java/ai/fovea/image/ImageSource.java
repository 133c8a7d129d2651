package ai.fovea.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/// Where an image comes from: a file, its bytes, a stream of them, or pixels. Each has a name, by which errors and results call it.
public sealed interface ImageSource {
  /// The image's name in errors and results; a file's path.
  String name();

  /// The encoded file, or the pixels where it is decoded already.
  ///
  /// @throws ImageException where it can't be read, or is too long
  Pixels load(ImageDecoder decoder);

  /// The bytes of a file, not decoded: JPEG, PNG, WebP, BMP, TIFF or GIF.
  ///
  /// @param file not copied: it must not be changed while the image is in use
  @SuppressWarnings("ArrayRecordComponent") // a file of megabytes is handed over, never compared
  record Bytes(byte[] file, String name) implements ImageSource {
    @Override
    public Pixels load(ImageDecoder decoder) {
      return new Encoded(file, name);
    }
  }

  /// A file.
  record File(Path path) implements ImageSource {
    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public Pixels load(ImageDecoder decoder) {
      return new Encoded(decoder.load(path), path.toString());
    }
  }

  /// The bytes of a file that come from a stream. It can be loaded once, which reads to its end and does not close it.
  final class Stream implements ImageSource {
    private final InputStream in;
    private final String name;
    private final AtomicBoolean taken = new AtomicBoolean();

    private Stream(InputStream in, String name) {
      this.in = in;
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Pixels load(ImageDecoder decoder) {
      if (taken.getAndSet(true)) {
        throw new ImageException(
            name, "the stream was read before", "give its bytes, or a new stream");
      }
      long limit = Math.min(decoder.limits().maxBytes() + 1, Integer.MAX_VALUE - 8L);
      try {
        byte[] all = in.readNBytes((int) limit);
        decoder.limits().checkLength(all.length, name);
        return new Encoded(all, name);
      } catch (IOException e) {
        var told =
            new ImageException(
                name, "can't be read: " + e.getMessage(), "look at what the bytes come from");
        told.initCause(e);
        throw told;
      }
    }
  }

  /// Pixels.
  record Decoded(Image image, String name) implements ImageSource {
    @Override
    public Pixels load(ImageDecoder decoder) {
      return image;
    }
  }

  /// A file.
  static ImageSource of(Path file) {
    return new File(file);
  }

  /// The bytes of a file: JPEG, PNG, WebP, BMP, TIFF or GIF.
  ///
  /// @param file not copied: it must not be changed while the image is in use
  /// @param name what errors and results call it
  static ImageSource of(byte[] file, String name) {
    return new Bytes(file, name);
  }

  /// The bytes of a file that come from a stream, which is read once and not closed: a second use of the same source is refused.
  ///
  /// @param name what errors and results call it
  static ImageSource of(InputStream in, String name) {
    return new Stream(in, name);
  }

  /// Pixels.
  ///
  /// @param name what errors and results call it
  static ImageSource of(Image image, String name) {
    return new Decoded(image, name);
  }
}
