package ai.fovea.onnx;

/// How ONNX Runtime runs a network.
///
/// @param provider what computes
/// @param threads for one run; 0 takes one per core
/// @param arena whether the runtime keeps memory for intermediate values between runs: faster, and never smaller than the largest run so
///     far. Without it each run takes and gives back what it needs
public record ExecutionOptions(Provider provider, int threads, boolean arena) {
  /// The processor, one thread per core, memory kept between runs.
  public static final ExecutionOptions DEFAULT = new ExecutionOptions(new Provider.Cpu(), 0, true);

  /// Checks the count.
  public ExecutionOptions {
    if (threads < 0) {
      throw new IllegalArgumentException("threads: " + threads + ", must be 0 or more");
    }
  }

  /// The default with this number of threads for one run; 0 takes one per core.
  public static ExecutionOptions ofThreads(int threads) {
    return DEFAULT.withThreads(threads);
  }

  /// The same with another number of threads for one run; 0 takes one per core.
  public ExecutionOptions withThreads(int count) {
    return new ExecutionOptions(provider, count, arena);
  }

  /// The same with another provider.
  public ExecutionOptions withProvider(Provider other) {
    return new ExecutionOptions(other, threads, arena);
  }

  /// The same with or without memory that is kept between runs.
  public ExecutionOptions withArena(boolean kept) {
    return new ExecutionOptions(provider, threads, kept);
  }
}
