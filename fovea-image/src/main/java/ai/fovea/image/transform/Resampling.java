package ai.fovea.image.transform;

import ai.fovea.image.Image;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.CubicResize;
import ai.fovea.image.internal.PillowResize;
import java.util.Map;

/// A way to resize: whose arithmetic, and which filter.
///
/// @param backend OpenCV or Pillow
/// @param interpolation one that the backend has
public record Resampling(Backend backend, Interpolation interpolation) {
  /// OpenCV, linear: what the reference does where nothing is said.
  public static final Resampling STANDARD = new Resampling(Backend.CV2, Interpolation.BILINEAR);

  public Resampling {
    if (!interpolation.in(backend)) {
      throw new IllegalArgumentException(
          "%s has no interpolation '%s'; it has %s"
              .formatted(backend.word(), interpolation.word(), Interpolation.words(backend)));
    }
  }

  /// Whether OpenCV's own code does it, in native memory.
  boolean inNative() {
    return backend == Backend.CV2 && interpolation != Interpolation.BICUBIC;
  }

  /// Cuts out a rectangle and resizes it.
  Image resize(Image from, Region part, int width, int height, Workspace workspace) {
    if (part.width() < 1 || part.height() < 1 || width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "can't resize %d x %d pixels to %d x %d"
              .formatted(part.width(), part.height(), width, height));
    }
    if (part.width() == width && part.height() == height) {
      return part.cut(from);
    }
    if (backend == Backend.PIL) {
      return PillowResize.resize(part.cut(from), width, height, filter());
    }
    if (interpolation == Interpolation.BICUBIC) {
      return CubicResize.resize(
          from,
          part.left(),
          part.top(),
          part.width(),
          part.height(),
          width,
          height,
          (double) part.width() / width,
          (double) part.height() / height);
    }
    return workspace
        .buffers()
        .resize(
            from,
            part.left(),
            part.top(),
            part.width(),
            part.height(),
            width,
            height,
            0,
            0,
            interpolation.opencv());
  }

  /// Resizes a whole image.
  Image resize(Image from, int width, int height, Workspace workspace) {
    return resize(from, Region.all(from), width, height, workspace);
  }

  private PillowResize.Filter filter() {
    return switch (interpolation) {
      case NEAREST -> PillowResize.Filter.NEAREST;
      case BILINEAR -> PillowResize.Filter.BILINEAR;
      case BICUBIC -> PillowResize.Filter.BICUBIC;
      case LANCZOS -> PillowResize.Filter.LANCZOS;
      case BOX -> PillowResize.Filter.BOX;
      case HAMMING -> PillowResize.Filter.HAMMING;
      case AREA -> throw new IllegalStateException("refused by the constructor");
    };
  }

  /// The entries of a configuration; the defaults are left out.
  void write(Map<String, Object> settings) {
    if (interpolation != Interpolation.BILINEAR) {
      settings.put("interpolation", interpolation.word());
    }
    if (backend != Backend.CV2) {
      settings.put("backend", backend.word());
    }
  }
}
