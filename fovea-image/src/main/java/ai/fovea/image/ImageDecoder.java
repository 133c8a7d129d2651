package ai.fovea.image;

import ai.fovea.image.internal.Integrity;
import ai.fovea.image.internal.NativeBuffers;
import ai.fovea.image.internal.NativeDecode;
import java.nio.file.Path;
import java.util.Optional;

/// How files become images. Immutable, safe to share; the memory it works in is the caller's [Workspace].
///
/// Gray and palette images become colour, 16 bits are cut to the high byte, alpha is dropped (not
/// blended), CMYK is converted, EXIF orientation is applied: the same pixels as `cv2.imdecode` with
/// `cv2.IMREAD_COLOR`, in the order red, green, blue.
///
/// **Reduced decoding.** A JPEG can be decoded at 1/2, 1/4 or 1/8 of its size for a fraction of the time,
/// because the inverse cosine transform gives the smaller block directly. With `reduction` r, an image
/// that will be resized to a short side s is decoded at the smallest of these sizes whose short side is
/// still at least r times s. The result differs a little from decoding whole, being smoother: see the
/// figures at [#FAST]. Zero switches it off, and pixels are then the reference's.
///
/// **Damage.** JPEG has no checksums, and decoders hand out what they make of damaged data. Here the compressed data
/// are looked through first (every scan of a sequential or progressive Huffman-coded file), and a damaged
/// image is refused unless `acceptDamage` says otherwise. What can't be seen: damage that only changes the last bits
/// of coefficients, and bytes overwritten within a lossy WebP. A JPEG that lacks only its end marker, or
/// has bytes behind it, is whole.
///
/// @param limits checked against the header before anything is allocated
/// @param orientation whether EXIF orientation is applied
/// @param reduction 0 for whole decoding, else at least 1: how many times the target the short side keeps
/// @param acceptDamage whether of a damaged JPEG what can be decoded is taken, rather than refused; [#damage] tells
///     which those are
public record ImageDecoder(
    DecodeLimits limits, boolean orientation, double reduction, boolean acceptDamage) {
  /// Pixels equal to OpenCV's.
  public static final ImageDecoder STANDARD =
      new ImageDecoder(DecodeLimits.STANDARD, true, 0, false);

  /// Reduced decoding that keeps at least twice the target.
  ///
  /// Prepared for 224 x 224 (short side 256, crop, normalise), four images of 4000 x 3000, made by
  /// enlarging small photos, differed from whole decoding by 0.4 of 255 on average and 4 at most. Photos
  /// with detail down to the pixel differ more: whole decoding with a bilinear resize skips most pixels.
  public static final ImageDecoder FAST = new ImageDecoder(DecodeLimits.STANDARD, true, 2, false);

  public ImageDecoder {
    if (!(reduction == 0 || reduction >= 1)) {
      throw new IllegalArgumentException("reduction is 0 (off) or at least 1, got " + reduction);
    }
  }

  /// The version of OpenCV, which is loaded for that.
  ///
  /// @throws LinkageError if there is no build of it for this machine
  public static String libraryVersion() {
    return NativeDecode.libraryVersion();
  }

  /// The same with other limits.
  public ImageDecoder withLimits(DecodeLimits other) {
    return new ImageDecoder(other, orientation, reduction, acceptDamage);
  }

  /// The same with EXIF orientation applied or not.
  public ImageDecoder withOrientation(boolean applied) {
    return new ImageDecoder(limits, applied, reduction, acceptDamage);
  }

  /// The same with another reduction.
  public ImageDecoder withReduction(double factor) {
    return new ImageDecoder(limits, orientation, factor, acceptDamage);
  }

  /// The same with damaged images accepted or refused.
  public ImageDecoder withAcceptDamage(boolean accepted) {
    return new ImageDecoder(limits, orientation, reduction, accepted);
  }

  /// Reads and decodes one file. What it is and its length are checked before it is read.
  ///
  /// @throws ImageException where it can't be read or is not an image that can be used
  public Image read(Path file) {
    try (var workspace = new Workspace()) {
      return decode(load(file), file.toString(), workspace);
    }
  }

  /// The bytes of a file that is not longer than the limit. Links are followed; folders, pipes and devices are refused.
  ///
  /// @throws ImageException where it can't be read, for whatever reason, or is too long
  public byte[] load(Path file) {
    return ImageBytes.all(file, limits);
  }

  /// Decodes whole.
  ///
  /// @param name what error messages call the file
  public Image decode(byte[] file, String name, Workspace workspace) {
    return decode(file, name, 0, workspace);
  }

  /// Decodes for a later resize, reduced if this decoder does so.
  ///
  /// @param shortSide to which the image will be resized; 0 where that is unknown (decodes whole)
  public Image decode(byte[] file, String name, int shortSide, Workspace workspace) {
    return NativeBuffers.image(
        NativeDecode.colour(this, file, name, shortSide, workspace.buffers()));
  }

  /// The header, if the file passes the limits.
  ///
  /// @throws ImageException as decoding would, but for damage inside the compressed data
  public ImageHeader header(byte[] file, String name) {
    limits.checkLength(file.length, name);
    ImageHeader header = ImageHeader.read(file, name);
    limits.check(header, name);
    return header;
  }

  /// What is damaged in a file, whether this decoder accepts that or not; nothing where it is whole as far as can
  /// be seen.
  ///
  /// @throws ImageException where its header already shows that it can't be decoded
  public Optional<ImageException> damage(byte[] file, String name) {
    ImageHeader header = header(file, name);
    try {
      Integrity.check(file, header.format(), name);
      return Optional.empty();
    } catch (ImageException e) {
      return Optional.of(e);
    }
  }

  /// By how much an image is reduced while it is decoded: 1, 2, 4 or 8.
  ///
  /// @param shortSide to which it will be resized; 0 where that is unknown
  public int reducedBy(ImageHeader header, int shortSide) {
    if (reduction == 0 || shortSide <= 0 || header.format() != ImageFormat.JPEG) {
      return 1;
    }
    double keep = reduction * shortSide;
    int actual = Math.min(header.width(), header.height());
    for (int by = 8; by > 1; by /= 2) {
      if (actual >= keep * by) {
        return by;
      }
    }
    return 1;
  }
}
