package ai.fovea.examples;

import ai.fovea.image.ImageSource;
import ai.fovea.recognize.Classifier;
import ai.fovea.recognize.ModelRegistry;
import ai.fovea.recognize.ModelSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Exchanges a model while four threads use it. No call fails and none is told to wait: those that
/// began on the old model end on it, and its memory is released with the last of them.
public final class SwapModelUnderLoad {
  private static final int THREADS = 4;

  private SwapModelUnderLoad() {}

  /// Prints all labels that the threads saw, and the one that is given in the end.
  public static void main(String[] args) throws Exception {
    System.out.println(swap(Samples.folder()));
  }

  /// What was seen in all, and at the end.
  record Labels(Set<String> seen, String last) {}

  static Labels swap(Path folder) throws Exception {
    Path english = Samples.colourClassifier(folder.resolve("en"), "red", "green", "blue");
    Path german = Samples.colourClassifier(folder.resolve("de"), "rot", "grün", "blau");
    ImageSource image = ImageSource.of(Samples.colour(220, 30, 30), "a red image");
    Set<String> seen = new ConcurrentSkipListSet<>();
    try (var registry = new ModelRegistry();
        var threads = Executors.newFixedThreadPool(THREADS)) {
      registry.put("colours", ModelSession.open(english));
      var begun = new CountDownLatch(THREADS);
      List<Future<?>> users = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        users.add(
            threads.submit(() -> {
              while (!seen.contains("rot")) {
                seen.add(label(registry, image));
                begun.countDown();
              }
            }));
      }
      begun.await(); // the old model is in use
      registry.put("colours", ModelSession.open(german));
      for (Future<?> user : users) {
        user.get(); // throws what a call threw
      }
      return new Labels(new TreeSet<>(seen), label(registry, image));
    }
  }

  private static String label(ModelRegistry registry, ImageSource image) {
    return registry.use(
        "colours", session -> Classifier.of(session).classify(image).getFirst().label());
  }
}
