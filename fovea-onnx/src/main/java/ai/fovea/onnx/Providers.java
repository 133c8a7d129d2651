package ai.fovea.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// Providers as ONNX Runtime has them.
final class Providers {
  private Providers() {}

  /// The names of those that this build of the runtime has, as they stand in messages.
  static Set<String> available() {
    var names = new TreeSet<String>();
    for (OrtProvider p : OrtEnvironment.getAvailableProviders()) {
      names.add(name(p));
    }
    return names;
  }

  private static String name(OrtProvider provider) {
    return switch (provider) {
      case CPU -> "CPU";
      case CUDA -> "CUDA";
      case TENSOR_RT -> "TensorRT";
      case CORE_ML -> "CoreML";
      default -> provider.name().toLowerCase(Locale.ROOT);
    };
  }

  private static OrtProvider of(Provider provider) {
    return switch (provider) {
      case Provider.Cpu _ -> OrtProvider.CPU;
      case Provider.Cuda _ -> OrtProvider.CUDA;
      case Provider.TensorRt _ -> OrtProvider.TENSOR_RT;
      case Provider.CoreMl _ -> OrtProvider.CORE_ML;
    };
  }

  /// Adds a provider to the settings of a session.
  ///
  /// @throws OnnxException naming those that are there, where it is not, or the runtime's reason, where it can't be used
  static void add(Provider provider, boolean arena, OrtSession.SessionOptions settings) {
    OrtProvider wanted = of(provider);
    EnumSet<OrtProvider> there = OrtEnvironment.getAvailableProviders();
    if (!there.contains(wanted)) {
      throw new OnnxException(
          "the provider %s is not in this build of ONNX Runtime, which has %s; choose one of these%s"
              .formatted(name(wanted), String.join(", ", available()), remedy(provider)),
          null);
    }
    try {
      switch (provider) {
        case Provider.Cpu _ -> settings.setCPUArenaAllocator(arena);
        case Provider.Cuda cuda -> settings.addCUDA(cuda.device());
        case Provider.TensorRt trt -> {
          settings.addTensorrt(trt.device());
          settings.addCUDA(trt.device()); // for what TensorRT can't compute
        }
        case Provider.CoreMl _ -> settings.addCoreML();
      }
    } catch (OrtException e) {
      throw new OnnxException(
          "the provider %s can't be used on this machine: %s"
              .formatted(name(wanted), e.getMessage()),
          e);
    }
  }

  private static String remedy(Provider provider) {
    return switch (provider) {
      case Provider.Cuda _, Provider.TensorRt _ ->
          ", or put com.microsoft.onnxruntime:onnxruntime_gpu on the class path in place of"
              + " onnxruntime";
      case Provider.CoreMl _ -> "; CoreML is on macOS alone";
      case Provider.Cpu _ -> "";
    };
  }
}
