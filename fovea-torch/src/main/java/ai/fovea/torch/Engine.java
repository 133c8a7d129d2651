package ai.fovea.torch;

import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;

/// Where and how networks run in training: threads, generator of random numbers, group of processes. Networks run on the CPU in
/// float32.
///
/// Thread counts and generators are libtorch's own, one of each for the whole process: at most one engine should be in use at a
/// time.
///
/// @param threads how many threads one operation may use, 1 or more; results are bit-equal at the same count only
/// @param group the processes that train together
public record Engine(int threads, ProcessGroup group) {

  /// Checks the count.
  public Engine {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + ", must be 1 or more");
    }
  }

  /// Returns an engine for this process alone.
  public static Engine of(int threads) {
    return new Engine(threads, ProcessGroup.SINGLE);
  }

  /// Makes this engine's settings those of the calling thread. Call it on each thread that runs networks.
  public void enter() {
    Torch.threads(threads);
    Torch.keepFreedMemory();
  }

  /// Seeds the generator that dropout draws from, another for each process of the group.
  public void seed(long seed) {
    Torch.seed(seed + group.rank());
  }

  /// Returns a tensor with these values. Native float32 memory is not copied and must outlive the tensor.
  public Tensor tensor(NDArray values) {
    return values.dtype() == DType.FLOAT32 && values.memory().isNative()
        ? Tensor.view(values.memory(), values.shape().sizes())
        : Tensor.of(values);
  }
}
