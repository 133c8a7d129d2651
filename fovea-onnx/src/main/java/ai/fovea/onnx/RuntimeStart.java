package ai.fovea.onnx;

import ai.onnxruntime.OrtEnvironment;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Starts ONNX Runtime on a thread of its own with a deep stack.
///
/// When its environment is made, ONNX Runtime 1.29 matches the command line of the process against a regular expression that recurses
/// three times a character. With a class path of four thousand characters that overruns the usual stack of one
/// megabyte, and the whole process dies without a word.
final class RuntimeStart {
  // Memory is used only as far as it is touched: enough for command lines of a million characters.
  private static final long STACK_BYTES = 256L << 20;

  private RuntimeStart() {}

  /// The runtime's own singleton, which lives as long as the process.
  static OrtEnvironment environment() {
    var start = new FutureTask<>(OrtEnvironment::getEnvironment);
    Thread.ofPlatform().name("onnxruntime-start").daemon().stackSize(STACK_BYTES).start(start);
    try {
      OrtEnvironment environment = start.get();
      UnpackedRuntime.delete();
      return environment;
    } catch (ExecutionException e) {
      throw new OnnxException("ONNX Runtime can't be started: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OnnxException("interrupted while ONNX Runtime was started", e);
    }
  }
}
