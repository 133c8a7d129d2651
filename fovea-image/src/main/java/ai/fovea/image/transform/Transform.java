package ai.fovea.image.transform;

import ai.fovea.image.ImageException;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import java.util.Map;
import java.util.random.RandomGenerator;

/// One operation on an image, with its settings. Immutable; its name and settings are PaddleClas's.
///
/// Sizes in configurations are `[width, height]` or one number for both, but for [CenterCrop] and
/// [Resize], which are PaddlePaddle's own and take `[height, width]`.
public sealed interface Transform
    permits CenterCrop,
        ColorJitter,
        CropImage,
        CropImageAtRatio,
        DecodeImage,
        DetNormalizeImage,
        DetPadStride,
        DetResize,
        Normalize,
        NormalizeImage,
        Pad,
        PadToSize,
        RandCropImage,
        RandCropImageV2,
        RandFlipImage,
        RandomCropImage,
        RandomErasing,
        RandomHorizontalFlip,
        RandomResizedCrop,
        RandomRotation,
        Resize,
        ResizeImage,
        ToChwImage,
        ToTensor {

  /// The name in configurations.
  default String name() {
    return getClass().getSimpleName();
  }

  /// The settings as in a configuration, those that equal the default left out where that is clear.
  Map<String, Object> settings();

  /// Whether two runs on one image may differ.
  default boolean random() {
    return false;
  }

  /// Does it.
  ///
  /// @param input what the operation before gave
  /// @param random the source of all chance; not used where [#random] is false
  /// @param workspace memory to work in, of the calling thread
  /// @throws ImageException where a file can't be decoded or is too small
  /// @throws IllegalArgumentException where the operation can't follow the one before
  Pixels apply(Pixels input, RandomGenerator random, Workspace workspace);
}
