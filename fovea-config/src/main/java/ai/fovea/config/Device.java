package ai.fovea.config;

import java.util.Optional;
import java.util.Set;

/// `Global.device` and the older `Global.use_gpu`. Networks run on the CPU; a configuration for another device, as nearly all
/// of the reference's are, is run there too, which is told.
public final class Device {
  /// What the reference knows.
  private static final Set<String> KNOWN =
      Set.of(
          "cpu", "gpu", "xpu", "npu", "mlu", "ascend", "intel_gpu", "mps", "gcu", "iluvatar_gpu");

  private Device() {}

  /// A line where the device asked for is not the one that is used; an unknown device is noted as a problem.
  ///
  /// @param global the section `Global`
  public static Optional<String> note(Config global) {
    String named = global.text("device", global.flag("use_gpu", false) ? "gpu" : "cpu");
    global.flag("use_gpu", false);
    String kind = named.replaceFirst(":.*", ""); // gpu:0,1
    if (!KNOWN.contains(kind)) {
      global.problem("device", "unknown device '" + named + "', expected cpu or gpu");
      return Optional.empty();
    }
    return kind.equals("cpu")
        ? Optional.empty()
        : Optional.of("no usable device '" + named + "': the CPU is used");
  }
}
