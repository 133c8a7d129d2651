package ai.fovea.recognize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.base.ModelException;
import ai.fovea.image.ImageSource;
import ai.fovea.onnx.LiveHandles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Models that are exchanged while threads run them.
@Tag("native")
class SwapTest {
  private static final int THREADS = 8;
  private static final ModelOptions ONE_THREAD = new ModelOptions(1, true);

  @Test
  void modelsAreExchangedUnderLoad() throws Exception {
    swap(60);
  }

  /// A thousand exchanges, after which the process has the memory that it had after the first ones.
  @Test
  @Tag("slow")
  void aThousandExchangesTakeNoMemory() throws Exception {
    Assumptions.assumeTrue(
        Files.exists(Path.of("/proc/self/status")), "resident memory is read from /proc");
    List<Long> resident = swap(1000);
    long early = resident.get(resident.size() / 4);
    long late = resident.getLast();
    assertThat(late).as("resident kilobytes: %s", resident).isLessThan(early + (64L << 10));
  }

  /// Eight threads run whichever model has the name, while it is exchanged between two. Each answer is one of the two models', to the bit.
  ///
  /// @return resident memory in kilobytes, now and then
  private static List<Long> swap(int exchanges) throws Exception {
    List<ModelFolder> folders = List.of(Tiny.embedder(1), Tiny.embedder(2));
    ImageSource image = ImageSource.of(Tiny.image(20, 30, 7), "noise");
    List<float[]> expected = new ArrayList<>();
    for (ModelFolder folder : folders) {
      try (Embedder embedder = Embedder.of(folder, ONE_THREAD)) {
        expected.add(embedder.embed(image));
      }
    }
    assertThat(expected.get(0)).isNotEqualTo(expected.get(1));
    List<ModelSession> all = new ArrayList<>();
    List<Long> resident = new ArrayList<>();
    var done = new AtomicBoolean();
    ModelRegistry registry = new ModelRegistry();
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      registry.put("m", session(folders.get(0), all));
      List<Future<Integer>> users = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        users.add(
            threads.submit(() -> {
              int[] seen = new int[2];
              while (!done.get()) {
                float[] features = registry.use("m", s -> Embedder.of(s).embed(image));
                int which = Arrays.equals(features, expected.get(0)) ? 0 : 1;
                assertThat(features).containsExactly(expected.get(which));
                seen[which]++;
              }
              return seen[0] + seen[1];
            }));
      }
      try {
        for (int i = 1; i <= exchanges; i++) {
          registry.put("m", session(folders.get(i % 2), all));
          if (i % (exchanges / 10) == 0) {
            resident.add(resident());
          }
        }
      } finally {
        done.set(true);
      }
      for (Future<Integer> user : users) {
        assertThat(user.get()).isPositive();
      }
    }
    registry.close();
    registry.close();
    assertThat(all).hasSize(exchanges + 1);
    assertThat(all).allSatisfy(s -> assertThat(s.liveHandles()).isEqualTo(LiveHandles.NONE));
    assertThatThrownBy(() -> registry.use("m", s -> 1)).isInstanceOf(ModelException.class);
    return resident;
  }

  private static ModelSession session(ModelFolder folder, List<ModelSession> all)
      throws IOException {
    ModelSession session = ModelSession.open(folder, ONE_THREAD);
    all.add(session);
    return session;
  }

  /// Sessions that are closed by whoever opened them, while others run them: each call ends well, or says that the session is closed.
  @Test
  void sessionsAreClosedUnderLoad() throws Exception {
    ModelFolder folder = Tiny.embedder(3);
    ImageSource image = ImageSource.of(Tiny.image(20, 30, 7), "noise");
    for (int round = 0; round < 20; round++) {
      Embedder embedder = Embedder.of(folder, ONE_THREAD);
      try (var threads = Executors.newFixedThreadPool(THREADS)) {
        List<Future<Integer>> users = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          users.add(threads.submit(() -> untilClosed(embedder, image)));
        }
        Thread.sleep(5);
        embedder.close();
        assertThat(embedder.session().liveHandles()).isEqualTo(LiveHandles.NONE);
        for (Future<Integer> user : users) {
          assertThat(user.get()).isNotNegative();
        }
      }
    }
  }

  private static int untilClosed(Embedder embedder, ImageSource image) throws IOException {
    int done = 0;
    while (true) {
      try {
        assertThat(embedder.embed(image)).hasSize(Tiny.LENGTH);
        done++;
      } catch (IllegalStateException closed) {
        assertThat(closed).hasMessageContaining("is closed");
        return done;
      }
    }
  }

  /// The model lives as long as one of its owners.
  @Test
  void eachOwnerClosesItsOwnSession() throws IOException {
    ImageSource image = ImageSource.of(Tiny.image(9, 9, 1), "noise");
    ModelSession first = ModelSession.open(Tiny.embedder(4), ONE_THREAD);
    ModelSession second = first.share();
    first.close();
    first.close();
    assertThat(Embedder.of(second).embed(image)).hasSize(Tiny.LENGTH);
    assertThat(second.liveHandles().sessions()).isEqualTo(1);
    assertThatIllegalStateException().isThrownBy(first::share).withMessageContaining("is closed");
    assertThat(first.tryShare()).isEmpty();
    second.close();
    assertThat(second.liveHandles()).isEqualTo(LiveHandles.NONE);
  }

  /// A call that began on the old model ends on it, also where it makes further calls.
  @Test
  void aCallEndsOnTheModelThatItBeganOn() throws IOException {
    ImageSource image = ImageSource.of(Tiny.image(9, 9, 1), "noise");
    try (ModelRegistry registry = new ModelRegistry()) {
      ModelSession old = ModelSession.open(Tiny.embedder(5), ONE_THREAD);
      registry.put("m", old);
      registry.use(
          "m",
          session -> {
            float[] before = Embedder.of(session).embed(image);
            registry.put("m", ModelSession.open(Tiny.embedder(6), ONE_THREAD));
            assertThat(Embedder.of(session).embed(image)).containsExactly(before);
            assertThat(old.liveHandles().sessions()).isEqualTo(1);
            assertThat(registry.<float[], IOException>use("m", s -> Embedder.of(s).embed(image)))
                .isNotEqualTo(before);
            return before;
          });
      assertThat(old.liveHandles()).isEqualTo(LiveHandles.NONE);
      assertThat(registry.names()).containsExactly("m");
      assertThatThrownBy(() -> registry.use("n", s -> 1))
          .hasMessage("there is no model 'n'; there are m");
      assertThat(registry.remove("m")).isTrue();
      assertThat(registry.remove("m")).isFalse();
    }
  }

  /// A session that has the name already keeps it, and one that is closed does not get it.
  @Test
  void theSameSessionStaysAndAClosedOneIsRefused() throws IOException {
    ImageSource image = ImageSource.of(Tiny.image(9, 9, 1), "noise");
    ModelSession closed = ModelSession.open(Tiny.embedder(8), ONE_THREAD);
    closed.close();
    try (ModelRegistry registry = new ModelRegistry()) {
      ModelSession session = ModelSession.open(Tiny.embedder(7), ONE_THREAD);
      registry.put("m", session);
      registry.put("m", session);
      float[] expected = registry.use("m", s -> Embedder.of(s).embed(image));
      assertThatIllegalStateException()
          .isThrownBy(() -> registry.put("m", closed))
          .withMessageContaining("tiny 8 for 'm' is closed");
      assertThat(registry.<float[], IOException>use("m", s -> Embedder.of(s).embed(image)))
          .containsExactly(expected);
    }
  }

  /// Closing waits for calls, which may make further ones; no call can close what it runs in.
  @Test
  @Timeout(60)
  void closingWaitsForCalls() throws Exception {
    ModelRegistry registry = new ModelRegistry();
    ModelSession session = ModelSession.open(Tiny.embedder(9), ONE_THREAD);
    registry.put("m", session);
    var begun = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var threads = Executors.newFixedThreadPool(2)) {
      Future<Boolean> call =
          threads.submit(() ->
              registry.<Boolean, Exception>use(
                  "m",
                  s -> {
                    assertThatIllegalStateException()
                        .isThrownBy(registry::close)
                        .withMessageContaining("can't be closed by a call that it makes");
                    assertThat(registry.<Boolean, IOException>use("m", _ -> true)).isTrue();
                    begun.countDown();
                    go.await();
                    return s.liveHandles().sessions() == 1;
                  }));
      begun.await();
      Future<?> closing = threads.submit(registry::close);
      assertThatThrownBy(() -> closing.get(100, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThatThrownBy(() -> registry.use("m", _ -> true)).isInstanceOf(ModelException.class);
      go.countDown();
      assertThat(call.get()).isTrue();
      closing.get();
    }
    assertThat(session.liveHandles()).isEqualTo(LiveHandles.NONE);
  }

  private static long resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(l -> l.startsWith("VmRSS:"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}
