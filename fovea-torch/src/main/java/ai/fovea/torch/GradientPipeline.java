package ai.fovea.torch;

import java.util.List;
import java.util.stream.Stream;

/// The stages that gradients go through before an optimizer uses them, in order.
///
/// @param stages none for gradients as they are
public record GradientPipeline(List<GradientStage> stages) {
  /// Gradients as they are.
  public static final GradientPipeline EMPTY = new GradientPipeline(List.of());

  /// Copies the list.
  public GradientPipeline {
    stages = List.copyOf(stages);
  }

  /// Returns this pipeline with another stage at its end.
  public GradientPipeline then(GradientStage stage) {
    return new GradientPipeline(Stream.concat(stages.stream(), Stream.of(stage)).toList());
  }

  /// Runs the stages without recording for gradients; those after one that leaves the update out are not run.
  ///
  /// @return false if this update must be left out
  public boolean apply(List<Tensor> parameters) {
    if (stages.isEmpty()) {
      return true;
    }
    try (var _ = new TensorScope()) {
      return Torch.noGrad(() -> stages.stream().allMatch(stage -> stage.apply(parameters)));
    }
  }
}
