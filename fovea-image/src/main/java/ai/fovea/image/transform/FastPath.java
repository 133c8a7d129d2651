package ai.fovea.image.transform;

import ai.fovea.image.ImageDecoder;
import ai.fovea.image.Planes;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.NativeBuffers;
import ai.fovea.image.internal.NativeDecode;
import ai.fovea.image.internal.PixelLoops;
import java.util.List;
import java.util.Optional;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/// The operations of nearly every deployed model in one go: decode, resize by OpenCV, crop (or not),
/// normalise, channels first. Equal to running them one by one, to the last bit.
///
/// Only the rows of the crop leave native memory, as bytes, into an array that the workspace keeps; a
/// table of 256 numbers a channel then does the arithmetic of the normalisation.
record FastPath(
    DecodeImage decode,
    @Nullable ResizeImage resize,
    @Nullable CropImage crop,
    NormalizeTables normalise) {

  /// Tables behind a class, so that they count as one immutable value.
  static final class NormalizeTables {
    final float[] tables;

    NormalizeTables(NormalizeImage from) {
      tables = from.tables();
    }
  }

  /// The fast way for these operations, if there is one.
  static Optional<FastPath> of(List<Transform> transforms) {
    int at = 0;
    DecodeImage decode = DecodeImage.STANDARD;
    if (at < transforms.size() && transforms.get(at) instanceof DecodeImage d) {
      decode = d;
      at++;
    }
    ResizeImage resize = null;
    if (at < transforms.size() && transforms.get(at) instanceof ResizeImage r) {
      resize = r;
      at++;
    }
    CropImage crop = null;
    if (at < transforms.size() && transforms.get(at) instanceof CropImage c) {
      crop = c;
      at++;
    }
    boolean ends =
        transforms.size() == at + 2
            && transforms.get(at) instanceof NormalizeImage n
            && n.order() == Planes.Layout.HWC
            && n.channels() == 3
            && transforms.get(at + 1) instanceof ToChwImage;
    boolean plain =
        decode.backend() == Backend.CV2
            && decode.rgb()
            && !decode.channelFirst()
            && (resize == null || resize.resampling().inNative());
    if (!ends || !plain) {
      return Optional.empty();
    }
    var tables = new NormalizeTables((NormalizeImage) transforms.get(at));
    return Optional.of(new FastPath(decode, resize, crop, tables));
  }

  int run(
      byte[] file,
      String name,
      ImageDecoder decoder,
      Workspace workspace,
      float[] out,
      int offset) {
    NativeBuffers buffers = workspace.buffers();
    int target = resize == null ? 0 : resize.target();
    Mat mat = NativeDecode.colour(decoder, file, name, target, buffers);
    if (resize != null) {
      int[] size = resize.sizeFor(mat.cols(), mat.rows());
      if (size[0] != mat.cols() || size[1] != mat.rows()) {
        mat = buffers.resize(mat, size[0], size[1], resize.resampling().interpolation().opencv());
      }
    }
    Region part =
        crop == null
            ? new Region(0, 0, mat.cols(), mat.rows())
            : crop.region(mat.cols(), mat.rows());
    int count = 3 * part.width() * part.height();
    checkRoom(out, offset, count);
    int row = 3 * mat.cols();
    byte[] rows = buffers.scratch(row * part.height());
    NativeBuffers.copyRows(mat, part.top(), part.height(), rows);
    PixelLoops.normalise(
        rows, 3 * part.left(), row, part.width(), part.height(), normalise.tables, out, offset);
    return count;
  }

  static void checkRoom(float[] out, int offset, int count) {
    if (offset < 0 || out.length - offset < count) {
      throw new IllegalArgumentException(
          "%d numbers don't fit into an array of %d from %d on"
              .formatted(count, out.length, offset));
    }
  }
}
