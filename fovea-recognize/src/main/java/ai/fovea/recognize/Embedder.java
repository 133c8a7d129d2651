package ai.fovea.recognize;

import ai.fovea.image.PictureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Turns pictures into feature vectors. Thread-safe; owns native memory until it is closed. Closing waits for calls that
/// run and may be repeated; calls that begin later throw [IllegalStateException].
///
/// ```java
/// try (var embedder = Embedder.standard()) {
///   float[] features = embedder.embed(Path.of("mug.jpg"));
/// }
/// ```
public final class Embedder implements AutoCloseable {
  private static final int BATCH = 16;

  private final PictureModel model;
  private final String modelId;

  private Embedder(PictureModel model) {
    this.model = model;
    this.modelId = model.folder().modelId();
  }

  /// The embedder that comes with Fovea.
  public static Embedder standard() throws IOException {
    return of(ModelFolder.standard(), ModelOptions.DEFAULT);
  }

  /// The embedder in a model folder.
  public static Embedder open(Path folder) throws IOException {
    return of(ModelFolder.open(folder), ModelOptions.DEFAULT);
  }

  /// An embedder.
  ///
  /// @throws ModelException if the model is a classifier, or prepares pictures for another size than it takes
  public static Embedder of(ModelFolder folder, ModelOptions options) throws IOException {
    if (folder.description().isClassifier()) {
      throw new ModelException(folder.place() + ": a classifier, not an embedder");
    }
    return new Embedder(new PictureModel(folder, options));
  }

  /// Identifies network, weights and preparation of pictures; galleries remember it.
  public String modelId() {
    return modelId;
  }

  /// The model's name.
  public String name() {
    return model.folder().description().name();
  }

  /// How many values a vector has.
  public int dimension() throws IOException {
    int length = model.length();
    // A network that leaves the length open tells it by what it yields for an empty picture.
    return length > 0 ? length : model.use(() -> model.run(List.of(blank()))[0].length);
  }

  private float[] blank() {
    int[] shape = model.folder().description().preprocessing().outputShape().orElseThrow();
    return new float[shape[0] * shape[1] * shape[2]];
  }

  /// The features of a picture, `[D]`, of unit length where the model says so.
  ///
  /// @throws PictureException naming file and reason, if it can't be read or decoded
  public float[] embed(Path file) throws IOException {
    return embed(model.load(file), file.toString());
  }

  /// The features of an encoded picture (JPEG, PNG, WebP, BMP, TIFF, GIF), `[D]`.
  ///
  /// @param name what errors call it
  public float[] embed(byte[] file, String name) throws IOException {
    return model.use(() -> finish(model.run(List.of(model.prepare(file, name)))[0], name));
  }

  /// The bytes of a file that is not too long to be an image.
  byte[] load(Path file) throws PictureException {
    return model.load(file);
  }

  /// What became of one file: its features, or why there are none.
  public record Embedding(Path file, Optional<float[]> features, Optional<String> problem) {}

  /// The features of many files, in order. A file that can't be read does not stop the others.
  ///
  /// @param progress told the number of files done after each batch
  public List<Embedding> embedAll(List<Path> files, Consumer<Integer> progress) throws IOException {
    return model.use(() -> embedOpen(files, progress));
  }

  private List<Embedding> embedOpen(List<Path> files, Consumer<Integer> progress)
      throws IOException {
    var out = new ArrayList<Embedding>(files.size());
    for (int from = 0; from < files.size(); from += BATCH) {
      List<Path> part = files.subList(from, Math.min(files.size(), from + BATCH));
      Prepared[] prepared = new Prepared[part.size()];
      IntStream.range(0, prepared.length)
          .parallel()
          .forEach(i -> prepared[i] = prepare(part.get(i)));
      List<float[]> good =
          java.util.Arrays.stream(prepared).flatMap(p -> p.numbers.stream()).toList();
      float[][] rows = good.isEmpty() ? new float[0][] : model.run(good);
      int next = 0;
      for (Prepared p : prepared) {
        out.add(
            p.numbers.isPresent()
                ? finished(p.file, rows[next++])
                : new Embedding(p.file, Optional.empty(), p.problem));
      }
      progress.accept(out.size());
    }
    return out;
  }

  private Embedding finished(Path file, float[] row) {
    try {
      return new Embedding(file, Optional.of(finish(row, file.toString())), Optional.empty());
    } catch (ModelException e) {
      return new Embedding(file, Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private record Prepared(Path file, Optional<float[]> numbers, Optional<String> problem) {}

  private Prepared prepare(Path file) {
    try {
      byte[] bytes = model.load(file);
      return new Prepared(
          file, Optional.of(model.prepare(bytes, file.toString())), Optional.empty());
    } catch (PictureException e) {
      return new Prepared(file, Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
    }
  }

  /// Scales a row to unit length where the model says so.
  ///
  /// @throws ModelException where it holds no features: values that are not finite, or for scaling zeros alone
  private float[] finish(float[] row, String name) throws ModelException {
    PictureModel.requireFinite(row, name);
    if (!model.folder().description().normalize()) {
      return row;
    }
    double sum = 0;
    for (float v : row) {
      sum += (double) v * v;
    }
    if (sum == 0) {
      throw new ModelException(
          name + ": the model's features of this image are all zero; is it all of one colour?");
    }
    float scale = (float) (1 / Math.sqrt(sum));
    for (int i = 0; i < row.length; i++) {
      row[i] *= scale;
    }
    return row;
  }

  @Override
  public void close() {
    model.close();
  }
}
