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

class ReferencesTest {
  @Test
  void closingAgainDoesNothing() {
    AtomicInteger released = new AtomicInteger();
    References references = new References("model m", released::incrementAndGet);
    assertThat(references.<Integer, RuntimeException>use(() -> 3)).isEqualTo(3);
    references.close();
    references.close();
    references.retire();
    assertThat(released).hasValue(1);
    assertThat(references.isClosed()).isTrue();
    assertThatIllegalStateException()
        .isThrownBy(() -> references.use(() -> 3))
        .withMessageContaining("model m is closed");
  }

  @Test
  void closingWithinAUseIsRefused() {
    References references = new References("model m", () -> {});
    assertThatIllegalStateException()
        .isThrownBy(() ->
            references.use(() -> {
              references.use(() -> 3);
              references.close();
              return 3;
            }))
        .withMessageContaining("by a call that uses it");
    assertThat(references.isClosed()).isFalse();
    references.close();
  }

  /// Retiring does not wait, not even for the use in whose midst it happens; the end of that use releases.
  @Test
  void theLastUseReleasesWhatIsRetired() {
    AtomicInteger released = new AtomicInteger();
    References references = new References("model m", released::incrementAndGet);
    references.use(() -> {
      references.retire();
      assertThat(released).hasValue(0);
      assertThatIllegalStateException().isThrownBy(() -> references.use(() -> 3));
      return 3;
    });
    assertThat(released).hasValue(1);
  }

  @Test
  void aFailureToReleaseIsTold() {
    References references =
        new References(
            "model m",
            () -> {
              throw new IllegalStateException("no");
            });
    for (int i = 0; i < 2; i++) {
      assertThatIllegalStateException().isThrownBy(references::close).withMessage("no");
    }
  }

  @Test
  void nothingIsReleasedWhileItIsUsed() throws Exception {
    for (int round = 0; round < 50; round++) {
      AtomicBoolean released = new AtomicBoolean();
      References references = new References("model m", () -> released.set(true));
      AtomicInteger late = new AtomicInteger();
      CountDownLatch begun = new CountDownLatch(4);
      try (var threads = Executors.newFixedThreadPool(4)) {
        List<Future<?>> users = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          users.add(threads.submit(() -> useUntilClosed(references, begun, released, late)));
        }
        begun.await();
        references.close();
        assertThat(released).isTrue();
        for (Future<?> user : users) {
          user.get();
        }
      }
      assertThat(late).hasValue(0);
    }
  }

  private static void useUntilClosed(
      References references, CountDownLatch begun, AtomicBoolean released, AtomicInteger late) {
    begun.countDown();
    while (true) {
      try {
        late.addAndGet(references.<Integer, RuntimeException>use(() -> released.get() ? 1 : 0));
      } catch (IllegalStateException closed) {
        assertThat(closed).hasMessageContaining("is closed");
        return;
      }
    }
  }
}
