package ai.fovea.onnx;

/// Which part of ONNX Runtime computes, with its settings. What it can't compute, the processor does.
///
/// Whether one is there depends on the artifact of ONNX Runtime and the machine: [OnnxSession#availableProviders] tells. The ordinary artifact
/// has the processor everywhere and CoreML on macOS; `onnxruntime_gpu` has CUDA and TensorRT.
public sealed interface Provider {
  /// The processor.
  record Cpu() implements Provider {}

  /// A graphics processor of NVIDIA.
  ///
  /// @param device its number, from 0
  record Cuda(int device) implements Provider {
    /// Checks the number.
    public Cuda {
      requireDevice(device);
    }
  }

  /// TensorRT on a graphics processor of NVIDIA. It compiles each network when it is first run, which takes minutes.
  ///
  /// @param device its number, from 0
  record TensorRt(int device) implements Provider {
    /// Checks the number.
    public TensorRt {
      requireDevice(device);
    }
  }

  /// Apple's CoreML.
  record CoreMl() implements Provider {}

  private static void requireDevice(int device) {
    if (device < 0) {
      throw new IllegalArgumentException("device: " + device + ", must be 0 or more");
    }
  }
}
