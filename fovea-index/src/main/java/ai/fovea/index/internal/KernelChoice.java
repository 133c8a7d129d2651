package ai.fovea.index.internal;

import org.slf4j.LoggerFactory;

/// Chooses the kernels once, when the first index is made.
///
/// [SimdKernels] alone names types of the incubating vector module, and is loaded only where that
/// module was switched on (`--add-modules jdk.incubator.vector`): what does not search pays nothing
/// for it, and runs without it.
final class KernelChoice {
  static final Kernels FASTEST = choose();

  private KernelChoice() {}

  private static Kernels choose() {
    if (isVectorModuleThere() && SimdKernels.worthwhile()) {
      return new SimdKernels();
    }
    LoggerFactory.getLogger(Kernels.class)
        .info(
            "Vector search runs without SIMD; start Java with --add-modules jdk.incubator.vector"
                + " for more speed");
    return new ScalarKernels();
  }

  /// Asks for a class rather than for the module: that was perhaps added after Java was started,
  /// and does not belong to the boot layer then.
  private static boolean isVectorModuleThere() {
    try {
      Class.forName("jdk.incubator.vector.FloatVector", false, KernelChoice.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
