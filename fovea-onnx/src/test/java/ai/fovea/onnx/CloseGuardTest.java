package ai.fovea.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CloseGuardTest {
  @Test
  void closingAgainDoesNothing() {
    CloseGuard guard = new CloseGuard("model m");
    AtomicInteger released = new AtomicInteger();
    assertThat(guard.use(() -> 3)).isEqualTo(3);
    guard.close(released::incrementAndGet);
    guard.close(released::incrementAndGet);
    assertThat(released).hasValue(1);
    assertThatIllegalStateException()
        .isThrownBy(() -> guard.use(() -> 3))
        .withMessageContaining("model m is closed");
  }

  @Test
  void closingWithinAUseIsRefused() {
    CloseGuard guard = new CloseGuard("model m");
    assertThatIllegalStateException()
        .isThrownBy(() ->
            guard.use(() -> {
              guard.close(() -> {});
              return 3;
            }))
        .withMessageContaining("by a call that uses it");
    guard.close(() -> {});
  }

  @Test
  void nothingIsReleasedWhileItIsUsed() throws Exception {
    for (int round = 0; round < 50; round++) {
      CloseGuard guard = new CloseGuard("model m");
      AtomicBoolean released = new AtomicBoolean();
      AtomicInteger late = new AtomicInteger();
      CountDownLatch begun = new CountDownLatch(4);
      try (var threads = Executors.newFixedThreadPool(4)) {
        List<Future<?>> users = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          users.add(threads.submit(() -> useUntilClosed(guard, begun, released, late)));
        }
        begun.await();
        guard.close(() -> released.set(true));
        for (Future<?> user : users) {
          user.get();
        }
      }
      assertThat(released).isTrue();
      assertThat(late).hasValue(0);
    }
  }

  private static void useUntilClosed(
      CloseGuard guard, CountDownLatch begun, AtomicBoolean released, AtomicInteger late) {
    begun.countDown();
    while (true) {
      try {
        late.addAndGet(guard.use(() -> released.get() ? 1 : 0));
      } catch (IllegalStateException closed) {
        assertThat(closed).hasMessageContaining("is closed");
        return;
      }
    }
  }
}
