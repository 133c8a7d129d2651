package ai.fovea.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TorchExceptionTest {
  @Test
  void whatLibtorchRefusesBeginsWithWhatWasDoneAndHasNoStack() {
    try (var _ = new TensorScope()) {
      Tensor a = Tensor.of(new float[] {1, 2, 3}, 1, 3);
      Tensor b = Tensor.of(new float[] {1, 2, 3}, 1, 3);
      assertThatThrownBy(() -> a.matmul(b)).hasMessageContaining("Exception raised from");
      assertThatThrownBy(() ->
              TorchException.during(
                  () -> "epoch 2",
                  () -> TorchException.during(() -> "products", () -> a.matmul(b))))
          .isInstanceOf(TorchException.class)
          .hasMessageStartingWith("epoch 2: products: ")
          .hasMessageContaining("1x3")
          .hasMessageNotContaining("\n")
          .hasMessageNotContaining("Exception raised")
          .hasRootCauseInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void whatJavaRefusesIsPassedOn() {
    var e = new IllegalArgumentException("no such loss");
    assertThatThrownBy(() ->
            TorchException.during(
                () -> "loss",
                () -> {
                  throw e;
                }))
        .isSameAs(e);
    assertThat(TorchException.<Integer>during(() -> "sum", () -> 3)).isEqualTo(3);
  }

  @Test
  void memoryThatIsNotThereHasARemedy() {
    var e =
        new RuntimeException(
            "[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate"
                + " memory: you tried to allocate 4096 bytes. Error code 12 (Cannot allocate"
                + " memory)");
    assertThat(TorchException.reason(e))
        .startsWith("out of memory, take smaller batches (DefaultCPUAllocator: ")
        .doesNotContain("enforce fail");
    assertThat(TorchException.reason(new RuntimeException("\n"))).isEqualTo("no reason given");
  }
}
