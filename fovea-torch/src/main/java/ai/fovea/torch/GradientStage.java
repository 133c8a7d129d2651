package ai.fovea.torch;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;

/// A step between the backward pass and an optimizer, which changes gradients in place: unscaling, averaging over processes,
/// clipping. Called on the training thread, once for each optimizer and update.
@FunctionalInterface
public interface GradientStage {

  /// Changes the gradients of these parameters.
  ///
  /// @param parameters those that one optimizer changes; [Tensor#grad] is empty where the loss does not depend on one
  /// @return false if this update must be left out, for instance because a gradient is infinite
  boolean apply(List<Tensor> parameters);

  /// Returns a stage that scales each gradient `g` to a Euclidean norm of at most `norm`: `g min(1, norm / |g|)`.
  ///
  /// @param norm greater than 0
  static GradientStage clipEach(double norm) {
    if (!(norm > 0)) {
      throw new IllegalArgumentException("the norm to clip gradients at must be positive: " + norm);
    }
    return parameters -> {
      for (Tensor p : parameters) {
        Optional<Tensor> gradient = p.grad();
        if (gradient.isPresent()) {
          var raw = gradient.get().raw();
          double found = Math.sqrt(raw.square().sum().item_float());
          if (found > norm) {
            raw.mul_(new Scalar(norm / found));
          }
        }
      }
      return true;
    };
  }

  /// Returns a stage that averages gradients over the processes of a group.
  static GradientStage average(ProcessGroup group) {
    return parameters -> {
      group.average(parameters.stream().map(Tensor::grad).flatMap(Optional::stream).toList());
      return true;
    };
  }
}
