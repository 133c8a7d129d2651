package ai.fovea.image.transform;

import ai.fovea.image.Encoded;
import ai.fovea.image.Image;
import ai.fovea.image.ImageDecoder;
import ai.fovea.image.ImageHeader;
import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import ai.fovea.image.internal.PixelLoops;

/// Follows where pixels go, operation by operation.
final class Tracing {
  private Tracing() {}

  /// The geometry of a decoded file, which may be decoded at 1/2, 1/4 or 1/8 of its size.
  static Geometry decoded(Encoded file, ImageDecoder decoder, int target, Pixels pixels) {
    int w = Step.width(pixels);
    int h = Step.height(pixels);
    ImageHeader header = decoder.header(file.file(), file.name());
    int by = decoder.reducedBy(header, target);
    if (by == 1) {
      return Geometry.of(w, h);
    }
    // The header tells the stored sizes, which EXIF orientation may exchange.
    boolean upright =
        Math.ceilDiv(header.width(), by) == w && Math.ceilDiv(header.height(), by) == h;
    int fullWidth = upright ? header.width() : header.height();
    int fullHeight = upright ? header.height() : header.width();
    return Geometry.of(fullWidth, fullHeight)
        .resized(w, h, (double) w / fullWidth, (double) h / fullHeight);
  }

  /// The geometry after an operation.
  ///
  /// @param before what the operation took
  /// @param after what it gave
  static Geometry after(Transform transform, Geometry g, Pixels before, Pixels after) {
    int w = Step.width(before);
    int h = Step.height(before);
    int newWidth = Step.width(after);
    int newHeight = Step.height(after);
    return switch (transform) {
      case ResizeImage _, Resize _ ->
          g.resized(newWidth, newHeight, (double) newWidth / w, (double) newHeight / h);
      case DetResize r -> {
        double[] factors = r.factors(w, h);
        yield g.resized(newWidth, newHeight, factors[1], factors[0]);
      }
      case CropImage c -> {
        Region part = c.region(w, h);
        yield g.moved(part.left(), part.top(), newWidth, newHeight);
      }
      case CenterCrop c -> {
        int left = (int) Math.rint((w - c.width()) / 2.0);
        int top = (int) Math.rint((h - c.height()) / 2.0);
        boolean canvas = c.backend() == Backend.PIL && before instanceof Image;
        Region part = Region.slice(left, top, c.width(), c.height(), w, h);
        yield g.moved(canvas ? left : part.left(), canvas ? top : part.top(), newWidth, newHeight);
      }
      case CropImageAtRatio c -> {
        Region part = c.region(w, h);
        yield g.moved(part.left(), part.top(), part.width(), part.height())
            .resized(
                newWidth,
                newHeight,
                (double) newWidth / part.width(),
                (double) newHeight / part.height());
      }
      case Pad p -> g.moved(-p.left(), -p.top(), newWidth, newHeight);
      case PadToSize p -> {
        Region place = p.place(w, h);
        yield place.left() == 0 && place.top() == 0
            ? g.padded(newWidth, newHeight)
            : g.moved(-place.left(), -place.top(), newWidth, newHeight);
      }
      case DetPadStride _ -> g.padded(newWidth, newHeight);
      case DecodeImage _,
          DetNormalizeImage _,
          Normalize _,
          NormalizeImage _,
          ToChwImage _,
          ToTensor _ ->
          g;
      case ColorJitter _,
          RandCropImage _,
          RandCropImageV2 _,
          RandFlipImage _,
          RandomCropImage _,
          RandomErasing _,
          RandomHorizontalFlip _,
          RandomResizedCrop _,
          RandomRotation _ ->
          throw new IllegalArgumentException(
              transform.name() + " draws random numbers: boxes can't be brought back to the image");
    };
  }

  /// The numbers of a network's input, channels first.
  static Planes tensor(Pixels pixels) {
    return PixelLoops.planes(pixels).toChw();
  }
}
