package ai.fovea.recognize;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Names the classes of a picture. Thread-safe; owns native memory until it is closed. Closing waits for calls that
/// run and may be repeated; calls that begin later throw [IllegalStateException].
public final class Classifier implements AutoCloseable {
  private final PictureModel model;

  private Classifier(PictureModel model) {
    this.model = model;
  }

  /// A class and how sure the model is of it.
  ///
  /// @param id class number, from 0
  /// @param score softmax probability
  public record ScoredClass(int id, String label, float score) {}

  /// The classifier in a model folder.
  public static Classifier open(Path folder) throws IOException {
    return of(ModelFolder.open(folder), ModelOptions.DEFAULT);
  }

  /// A classifier.
  ///
  /// @throws ModelException if the model is an embedder
  public static Classifier of(ModelFolder folder, ModelOptions options) throws IOException {
    if (!folder.description().isClassifier()) {
      throw new ModelException(folder.place() + ": an embedder, not a classifier");
    }
    return new Classifier(new PictureModel(folder, options));
  }

  /// The most probable classes of a picture, best first; as many as the model folder says.
  ///
  /// @throws ai.fovea.image.PictureException naming file and reason, if it can't be read or decoded
  /// @throws ModelException if the model's outputs for it are not finite numbers
  public List<ScoredClass> classify(Path file) throws IOException {
    float[] logits =
        model.use(() -> model.run(List.of(model.prepare(model.load(file), file.toString())))[0]);
    PictureModel.requireFinite(logits, file.toString());
    double max = Double.NEGATIVE_INFINITY;
    for (float v : logits) {
      max = Math.max(max, v);
    }
    double sum = 0;
    for (float v : logits) {
      sum += Math.exp(v - max);
    }
    var classes = new ArrayList<ScoredClass>(logits.length);
    List<String> labels = model.folder().description().labels();
    for (int i : IntStream.range(0, logits.length).toArray()) {
      String label = i < labels.size() ? labels.get(i) : Integer.toString(i);
      classes.add(new ScoredClass(i, label, (float) (Math.exp(logits[i] - max) / sum)));
    }
    classes.sort(Comparator.comparingDouble(ScoredClass::score).reversed());
    return List.copyOf(
        classes.subList(0, Math.min(model.folder().description().topk(), classes.size())));
  }

  /// How many classes the model has; empty where its network leaves that open.
  public OptionalInt classes() {
    return model.length() < 0 ? OptionalInt.empty() : OptionalInt.of(model.length());
  }

  @Override
  public void close() {
    model.close();
  }
}
