package ai.fovea.recognize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.fovea.image.Image;
import ai.fovea.image.ImageEncoder;
import ai.fovea.image.ImageSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosedWhileUsedTest {
  /// Embeds in several threads until another closes the embedder: each call ends with features or with a clear error. Without the
  /// guard this ends the process.
  @Test
  void anEmbedderIsClosedWhileItIsUsed() throws Exception {
    byte[] image = image();
    float[] expected;
    try (Embedder embedder = Embedder.standard()) {
      expected = embedder.embed(image, "drawn");
    }
    for (int round = 0; round < 10; round++) {
      Embedder embedder = Embedder.standard();
      CountDownLatch begun = new CountDownLatch(4);
      try (var threads = Executors.newFixedThreadPool(4)) {
        List<Future<Integer>> users = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          users.add(
              threads.submit(() -> {
                int done = 0;
                while (true) {
                  float[] features;
                  try {
                    features = embedder.embed(image, "drawn");
                  } catch (IllegalStateException closed) {
                    assertThat(closed).hasMessageContaining("is closed");
                    return done;
                  }
                  assertThat(features).containsExactly(expected);
                  if (++done == 1) {
                    begun.countDown();
                  }
                }
              }));
        }
        begun.await();
        embedder.close();
        embedder.close();
        for (Future<Integer> user : users) {
          assertThat(user.get()).isPositive();
        }
      }
      assertThatIllegalStateException()
          .isThrownBy(() -> embedder.embed(image, "drawn"))
          .withMessageContaining("is closed");
    }
  }

  /// A call that has begun is finished before the embedder is closed.
  @Test
  void aLongCallIsFinishedFirst(@TempDir Path folder) throws Exception {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      files.add(Files.write(folder.resolve(i + ".png"), image()));
    }
    for (int round = 0; round < 3; round++) {
      Embedder embedder = Embedder.standard();
      CountDownLatch begun = new CountDownLatch(1);
      try (var threads = Executors.newFixedThreadPool(1)) {
        Future<List<Result<float[]>>> call =
            threads.submit(() ->
                embedder.embedAll(
                    files.stream().map(ImageSource::of).toList(), done -> begun.countDown()));
        begun.await();
        embedder.close();
        assertThat(call.get()).hasSize(40).allMatch(e -> e.toOptional().isPresent());
      }
    }
  }

  private static byte[] image() {
    byte[] rgb = new byte[64 * 64 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 31 + i / 192);
    }
    return ImageEncoder.png(Image.of(64, 64, rgb));
  }
}
