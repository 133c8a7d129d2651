package ai.fovea.torch;

import java.util.List;

/// The processes that train one network together. Every process must make the same calls in the same order.
public interface ProcessGroup {
  /// This process alone.
  ProcessGroup SINGLE =
      new ProcessGroup() {
        @Override
        public int rank() {
          return 0;
        }

        @Override
        public int size() {
          return 1;
        }

        @Override
        public void average(List<Tensor> tensors) {}
      };

  /// Returns the number of this process, from 0.
  int rank();

  /// Returns how many processes there are.
  int size();

  /// Replaces each tensor by its mean over all processes, in place.
  void average(List<Tensor> tensors);
}
