package ai.fovea.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EpochsTest {

  @Test
  void theOldestReaderCounts() {
    Epochs epochs = new Epochs();
    assertThat(epochs.oldest()).isEqualTo(Long.MAX_VALUE);
    List<Integer> slots = new ArrayList<>();
    for (long version = 7; version < 57; version++) {
      long now = version;
      slots.add(epochs.enter(() -> now));
    }
    assertThat(slots).doesNotHaveDuplicates();
    for (int i = 0; i < slots.size(); i++) {
      assertThat(epochs.oldest()).isEqualTo(7 + i);
      epochs.leave(slots.get(i));
    }
    assertThat(epochs.oldest()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aVersionThatMovedOnMeanwhileIsAnnouncedAnew() {
    Epochs epochs = new Epochs();
    AtomicLong version = new AtomicLong(3);
    int slot = epochs.enter(() -> version.get() < 5 ? version.getAndIncrement() : version.get());
    assertThat(epochs.oldest()).isEqualTo(5);
    epochs.leave(slot);
  }

  @Test
  void nothingThatIsReadIsTakenAway() throws InterruptedException {
    Epochs epochs = new Epochs();
    AtomicLong newest = new AtomicLong();
    AtomicLong takenBefore = new AtomicLong();
    AtomicInteger wrong = new AtomicInteger();
    List<Thread> readers = new ArrayList<>();
    for (int r = 0; r < 8; r++) {
      readers.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 20_000; i++) {
                  int slot = epochs.enter(newest::get);
                  long reading = newest.get();
                  if (takenBefore.get() > reading) {
                    wrong.incrementAndGet();
                  }
                  epochs.leave(slot);
                }
              }));
    }
    while (readers.stream().anyMatch(Thread::isAlive)) {
      newest.incrementAndGet();
      // All versions before the oldest that is read may go.
      takenBefore.set(Math.min(newest.get(), epochs.oldest()));
    }
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(wrong).hasValue(0);
  }
}
