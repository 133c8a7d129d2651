package ai.fovea.torch;

import ai.fovea.graph.DType;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.StringSupplier;
import org.bytedeco.pytorch.global.torch;

/// The few settings that libtorch itself keeps for a thread or for the process.
public final class Torch {
  /// The callback must outlive the process's last error, hence a field.
  private static final StringSupplier NO_TRACE = new NoTrace();

  static {
    torch.SetStackTraceFetcher(NO_TRACE);
  }

  private Torch() {}

  /// libtorch appends a native stack trace of thousands of characters to each error unless told otherwise.
  private static final class NoTrace extends StringSupplier {
    private final BytePointer empty = new BytePointer("");

    @Override
    public BytePointer call() {
      return empty;
    }
  }

  /// Loads libtorch, and shortens its messages. Called by everything here that may be first.
  static void load() {}

  /// The version of libtorch, which is loaded for that, and of its binding.
  ///
  /// @throws LinkageError if there is no build of it for this machine
  public static String version() {
    load();
    return Optional.ofNullable(torch.class.getPackage().getImplementationVersion())
        .orElse("(unknown version)");
  }

  /// How many threads one operation called from this thread may use. Results are bit-equal between runs at the
  /// same count, not between different counts.
  public static void threads(int n) {
    torch.set_num_threads(n);
  }

  /// How many threads one operation called from this thread may use.
  public static int threads() {
    return torch.get_num_threads();
  }

  /// Tells glibc's allocator to keep freed memory instead of giving each large block back to the system and faulting it in
  /// again in the next step, which costs more than half of a training step. Holds for the whole process; does nothing
  /// where the C library has no `mallopt`.
  ///
  /// @return whether it was told
  @SuppressWarnings("restricted") // calling a C function is what this method is for
  public static boolean keepFreedMemory() {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("mallopt")
        .map(address -> {
          var mallopt =
              linker.downcallHandle(
                  address,
                  FunctionDescriptor.of(
                      ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
          try {
            // M_MMAP_MAX = -4: no block gets a mapping of its own; M_TRIM_THRESHOLD = -1: nothing
            // is given back.
            boolean told = (int) mallopt.invokeExact(-4, 0) == 1;
            return (int) mallopt.invokeExact(-1, Integer.MAX_VALUE) == 1 && told;
          } catch (Throwable e) {
            throw new IllegalStateException("mallopt can't be called", e);
          }
        })
        .orElse(false);
  }

  /// Seeds libtorch's generator, which all threads share and from which dropout draws.
  public static void seed(long seed) {
    torch.manual_seed(seed);
  }

  /// Runs `work` on this thread without recording for gradients.
  public static <T> T noGrad(Supplier<T> work) {
    try (var _ = new AutoGradMode(false)) {
      return work.get();
    }
  }

  /// Runs `work` on this thread without recording for gradients.
  public static void noGrad(Runnable work) {
    try (var _ = new AutoGradMode(false)) {
      work.run();
    }
  }

  /// What libtorch calls an element type.
  static torch.ScalarType scalarType(DType type) {
    return switch (type) {
      case FLOAT32 -> torch.ScalarType.Float;
      case FLOAT64 -> torch.ScalarType.Double;
      case FLOAT16 -> torch.ScalarType.Half;
      case BFLOAT16 -> torch.ScalarType.BFloat16;
      case INT8 -> torch.ScalarType.Char;
      case UINT8 -> torch.ScalarType.Byte;
      case INT16 -> torch.ScalarType.Short;
      case INT32 -> torch.ScalarType.Int;
      case INT64 -> torch.ScalarType.Long;
      case BOOL -> torch.ScalarType.Bool;
    };
  }
}
