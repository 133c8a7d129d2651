package ai.fovea.recognize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.base.ModelException;
import ai.fovea.image.ImageSource;
import ai.fovea.onnx.LiveHandles;
import ai.fovea.recognize.observe.Stage;
import ai.fovea.recognize.observe.StageListener;
import ai.fovea.recognize.post.Output;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("native")
class BatcherTest {
  private static final int THREADS = 8;

  /// Sizes of the runs of the network, and how many images waited.
  private static final class Runs implements StageListener {
    final ConcurrentLinkedQueue<Integer> sizes = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Long> waits = new ConcurrentLinkedQueue<>();

    @Override
    public void ended(Stage stage, String model, int images, long nanoseconds) {
      switch (stage) {
        case EMBED -> sizes.add(images);
        case QUEUE -> waits.add(nanoseconds);
        case DECODE, SEARCH -> {}
      }
    }
  }

  private static Batcher batcher(Runs runs, BatchOptions options) throws IOException {
    ModelOptions model = new ModelOptions(1, true).withListener(runs);
    return new Batcher(ModelSession.open(Tiny.embedder(1), model), options);
  }

  private static ImageSource image(int seed) {
    return ImageSource.of(Tiny.image(16, 16, seed), "noise " + seed);
  }

  /// What eight threads ask for at once is one run, and each gets its own answer.
  @Test
  void requestsOfManyThreadsBecomeOneRun() throws Exception {
    Runs runs = new Runs();
    List<float[]> expected = new ArrayList<>();
    try (Embedder alone = Embedder.of(Tiny.embedder(1), new ModelOptions(1, true))) {
      for (int i = 0; i < THREADS; i++) {
        expected.add(alone.embed(image(i)));
      }
    }
    var options = new BatchOptions(THREADS, Duration.ofSeconds(20), 64);
    Embedder embedder = Embedder.of(batcher(runs, options));
    var together = new CyclicBarrier(THREADS);
    try (embedder;
        var threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<float[]>> answers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int seed = i;
        answers.add(
            threads.submit(() -> {
              together.await();
              return embedder.embed(image(seed));
            }));
      }
      for (int i = 0; i < THREADS; i++) {
        assertThat(answers.get(i).get()).containsExactly(expected.get(i), Offset.offset(1e-6f));
      }
    }
    // The batch was full: it did not wait for 20 seconds.
    assertThat(runs.sizes).containsExactly(THREADS);
    assertThat(runs.waits).hasSize(THREADS);
    assertThat(embedder.session().liveHandles()).isEqualTo(LiveHandles.NONE);
    assertThatIllegalStateException()
        .isThrownBy(() -> embedder.embed(image(0)))
        .withMessageContaining("is closed");
  }

  /// One image alone waits no longer than the delay.
  @Test
  void aLatencyLimitEndsTheWait() throws IOException {
    Runs runs = new Runs();
    try (var batcher = batcher(runs, new BatchOptions(16, Duration.ofMillis(20), 64))) {
      batcher.run(image(1));
      batcher.run(image(2));
    }
    assertThat(runs.sizes).containsExactly(1, 1);
  }

  /// More images than may be pending are refused at once, and the others are answered.
  @Test
  void aFullQueueIsAClearError() throws Exception {
    Runs runs = new Runs();
    var read = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    byte[] png = ai.fovea.image.ImageEncoder.png(Tiny.image(8, 8, 1));
    var slow =
        new InputStream() {
          private int at;

          @Override
          public int read() throws IOException {
            read.countDown();
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return at < png.length ? png[at++] & 0xff : -1;
          }
        };
    try (var batcher = batcher(runs, new BatchOptions(1, Duration.ZERO, 1));
        var threads = Executors.newFixedThreadPool(1)) {
      var first = threads.submit(() -> batcher.run(ImageSource.of(slow, "slow")));
      read.await();
      assertThatThrownBy(() -> batcher.run(image(2)))
          .isInstanceOf(OverloadException.class)
          .hasMessageContaining("tiny: 1 images are pending, which is the limit");
      go.countDown();
      assertThat(first.get()).isNotNull();
      assertThat(batcher.run(image(2))).isNotNull();
    }
  }

  /// What one caller brings may be more than a batch; bad images are told each in its place.
  @Test
  void badImagesOfABatchLeaveTheOthersAlone() throws IOException {
    Runs runs = new Runs();
    try (var batcher = batcher(runs, new BatchOptions(4, Duration.ofMillis(1), 4))) {
      List<ImageSource> images = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        images.add(i == 5 ? ImageSource.of(new byte[3], "broken") : image(i));
      }
      List<Result<float[]>> all = Embedder.of(batcher).embedAll(images);
      for (int i = 0; i < 10; i++) {
        assertThat(all.get(i).problem().isPresent()).isEqualTo(i == 5);
      }
    }
  }

  /// Closing waits for what is pending.
  @Test
  void closingAnswersWhatIsPending() throws Exception {
    for (int round = 0; round < 20; round++) {
      var batcher = batcher(new Runs(), new BatchOptions(4, Duration.ofMillis(1), 64));
      try (var threads = Executors.newFixedThreadPool(THREADS)) {
        List<Future<Integer>> users = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          int seed = t;
          users.add(
              threads.submit(() -> {
                int done = 0;
                while (true) {
                  try {
                    assertThat(batcher.run(image(seed))).isNotNull();
                    done++;
                  } catch (IllegalStateException closed) {
                    assertThat(closed).hasMessageContaining("is closed");
                    return done;
                  }
                }
              }));
        }
        Thread.sleep(5);
        batcher.close();
        batcher.close();
        for (Future<Integer> user : users) {
          assertThat(user.get()).isNotNegative();
        }
      }
      assertThat(batcher.session().liveHandles()).isEqualTo(LiveHandles.NONE);
    }
  }

  /// A delay beyond what nanoseconds can count is a long one, and a full batch does not wait for it.
  @Test
  @Timeout(60)
  void aDelayWithoutEndEndsWithAFullBatch() throws IOException {
    for (Duration delay : List.of(Duration.ofSeconds(Long.MAX_VALUE), Duration.ofDays(100_000))) {
      Runs runs = new Runs();
      try (var batcher = batcher(runs, new BatchOptions(2, delay, 64))) {
        assertThat(Embedder.of(batcher).embedAll(List.of(image(1), image(2))))
            .allSatisfy(r -> assertThat(r.orThrow()).hasSize(Tiny.LENGTH));
      }
      assertThat(runs.sizes).containsExactly(2);
    }
  }

  /// A listener that throws fails the batch, and the next one is answered.
  @ParameterizedTest
  @EnumSource(
      value = Stage.class,
      names = {"QUEUE", "EMBED"})
  @Timeout(60)
  void aListenerThatThrowsFailsOneBatch(Stage stage) throws IOException {
    var throwing = new AtomicBoolean(true);
    StageListener listener =
        (ended, _, _, _) -> {
          if (ended == stage && throwing.get()) {
            throw new AssertionError("from the listener");
          }
        };
    ModelOptions model = new ModelOptions(1, true).withListener(listener);
    try (var batcher =
        new Batcher(ModelSession.open(Tiny.embedder(1), model), BatchOptions.DEFAULT)) {
      assertThatThrownBy(() -> batcher.run(image(1)))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("tiny: the batch can't be run: ")
          .hasMessageContaining("from the listener");
      throwing.set(false);
      assertThat(batcher.run(image(1))).isNotNull();
    }
  }

  /// A call of several batches has its places until it ends: others are refused, not its later parts.
  @Test
  @Timeout(60)
  void whatHasBegunIsNotRefusedInBetween() throws IOException {
    List<Integer> refused = new ArrayList<>();
    try (var batcher = batcher(new Runs(), new BatchOptions(2, Duration.ofMillis(1), 3))) {
      List<ImageSource> images = List.of(image(1), image(2), image(3), image(4), image(5));
      List<Result<Output>> all =
          batcher.runAll(
              images,
              done -> {
                assertThatThrownBy(() -> batcher.runAll(List.of(image(6), image(7)), _ -> {}))
                    .isInstanceOf(OverloadException.class)
                    .hasMessageContaining("2 images are pending");
                refused.add(done);
              });
      assertThat(all).hasSize(5).allMatch(r -> r.problem().isEmpty());
      assertThat(refused).containsExactly(2, 4, 5);
      assertThat(batcher.runAll(images.subList(0, 2), _ -> {})).hasSize(2);
    }
  }

  @Test
  void optionsAreChecked() {
    assertThatIllegalArgumentException().isThrownBy(() -> new BatchOptions(0, Duration.ZERO, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new BatchOptions(2, Duration.ZERO, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BatchOptions(2, Duration.ofMillis(-1), 4));
  }
}
