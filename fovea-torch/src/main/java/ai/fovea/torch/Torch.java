package ai.fovea.torch;

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

  /// How many threads one operation called from this thread may use. Results are bit-equal between runs at the
  /// same count, not between different counts.
  public static void threads(int n) {
    torch.set_num_threads(n);
  }

  /// How many threads one operation called from this thread may use.
  public static int threads() {
    return torch.get_num_threads();
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
}
