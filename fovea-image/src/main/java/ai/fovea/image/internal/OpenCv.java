package ai.fovea.image.internal;

import org.bytedeco.opencv.global.opencv_core;

/// Settings of the native library, made once when it is loaded.
///
/// OpenCV's thread count belongs to the process. One thread a call is right here, because Fovea runs many
/// pictures at a time, one on each thread; nothing else in Fovea uses OpenCV. A program that uses OpenCV
/// beside Fovea and wants another value sets it after its first Fovea call.
final class OpenCv {
  static {
    opencv_core.setNumThreads(1);
  }

  private OpenCv() {}

  /// Loads and sets up the library, once.
  static void load() {
    // the static initialiser has done it
  }
}
