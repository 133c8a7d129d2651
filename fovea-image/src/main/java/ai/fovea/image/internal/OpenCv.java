package ai.fovea.image.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;

/// Settings of the native library, made once when it is loaded.
///
/// OpenCV's thread count and log level belong to the process. One thread a call is right here, because
/// Fovea runs many images at a time, one on each thread; nothing else in Fovea uses OpenCV. The log is
/// switched off, because what it would say about a broken file is said by an `ImageException`. A program
/// that uses OpenCV beside Fovea and wants other values sets them after its first Fovea call.
final class OpenCv {
  private static final String SET_LOG_LEVEL = "_ZN2cv5utils7logging11setLogLevelENS1_8LogLevelE";
  private static final int SILENT = 0;

  // Why it can't be used; empty where it can.
  private static final Optional<Throwable> MISSING = start();

  private static Optional<Throwable> start() {
    try {
      opencv_core.setNumThreads(1);
    } catch (LinkageError e) {
      return Optional.of(e);
    }
    silence();
    return Optional.empty();
  }

  private OpenCv() {}

  /// Loads and sets up the library, once.
  ///
  /// @throws IllegalStateException if it is not on the class path for this platform
  static void load() {
    if (MISSING.isPresent()) {
      String platform = Loader.getPlatform();
      throw new IllegalStateException(
          "the native library of OpenCV for "
              + platform
              + " is not on the class path: depend on ai.fovea:fovea-natives-"
              + platform
              + ", or on ai.fovea:fovea-natives for all platforms ("
              + MISSING.get().getMessage()
              + ")",
          MISSING.get());
    }
  }

  /// The Java binding lacks the function, so it is looked up by its C++ name. Where that fails (Windows has
  /// other names), broken files cost a line on the standard error stream.
  @SuppressWarnings("restricted") // OpenCV itself needs native access, so it is granted
  private static void silence() {
    Optional<MemorySegment> function = SymbolLookup.loaderLookup().find(SET_LOG_LEVEL);
    if (function.isEmpty()) {
      return;
    }
    var signature = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    try {
      int before =
          (int) Linker.nativeLinker().downcallHandle(function.get(), signature).invokeExact(SILENT);
      assert before >= 0;
    } catch (Throwable e) {
      throw new IllegalStateException("OpenCV's log level can't be set", e);
    }
  }
}
