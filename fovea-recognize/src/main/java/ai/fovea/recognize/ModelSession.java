package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.image.ImageSource;
import ai.fovea.onnx.LiveHandles;
import ai.fovea.onnx.References;
import ai.fovea.recognize.post.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// A model that runs: its network in ONNX Runtime with the preparation of images before it and the post-processing behind. Immutable and thread-safe.
///
/// [Embedder], [Classifier] and [Detector] are views of it that give its output a type.
///
/// **Owners.** What a session holds is counted. Each session that [#open] or [#share] returned is one owner and is closed once by it; the network is
/// released when the last owner has closed its session and the last call has ended. So a model can be exchanged while others run it: whoever shares a session keeps
/// it as long as needed. Closing waits for the calls that were made through this very session; later calls throw [IllegalStateException].
///
/// ```java
/// try (var session = ModelSession.open(ModelFolder.open(folder), ModelOptions.DEFAULT)) {
///   List<Result<Output>> outputs = session.runAll(images, done -> {});
/// }
/// ```
public final class ModelSession implements ImageRunner {
  /// Images a run: more would not be faster, and take more memory.
  private static final int BATCH = 16;

  private final LoadedModel model;
  private final References references;

  private ModelSession(LoadedModel model) {
    this.model = model;
    this.references =
        new References(
            "the model " + model.specification().name() + " (" + model.place() + ")",
            model::giveBack);
  }

  /// Opens a model.
  ///
  /// @throws ModelException if images are prepared otherwise than the network takes them, or outputs that are named are not there
  /// @throws ai.fovea.onnx.OnnxException if the network can't be run, or the provider is not there
  public static ModelSession open(ModelFolder folder, ModelOptions options) {
    return new ModelSession(LoadedModel.open(folder, options));
  }

  /// Opens the model in a folder, with the default options.
  ///
  /// @throws ModelException naming the file that is missing or wrong, and as [#open(ModelFolder, ModelOptions)]
  /// @throws IOException if the folder can't be read
  public static ModelSession open(Path folder) throws IOException {
    return open(ModelFolder.open(folder), ModelOptions.DEFAULT);
  }

  /// Another owner's session of the same model, to be closed on its own.
  ///
  /// @throws IllegalStateException if this one is closed
  public ModelSession share() {
    return references.<ModelSession, RuntimeException>use(() -> new ModelSession(model.take()));
  }

  /// As [#share]; empty where this one is closed.
  public Optional<ModelSession> tryShare() {
    return references.<ModelSession, RuntimeException>tryUse(() -> new ModelSession(model.take()));
  }

  /// Whether it is closed or retired; calls that began before may still run.
  public boolean isClosed() {
    return references.isClosed();
  }

  @Override
  public ModelSession session() {
    return this;
  }

  /// What the network is given, and what becomes of its outputs.
  public ModelSpecification specification() {
    return model.specification();
  }

  /// What vectors of this model are compared by.
  public ModelId id() {
    return model.id();
  }

  /// How it runs.
  public ModelOptions options() {
    return model.options();
  }

  /// What errors call the model: usually its folder.
  public String place() {
    return model.place();
  }

  /// Length of the row of numbers that the network yields; empty where it leaves that open, or yields something else.
  public OptionalInt length() {
    return model.length();
  }

  /// What the model holds outside the heap at the moment, memory to prepare images in among the buffers; nothing when its last owner has closed it.
  public LiveHandles liveHandles() {
    return model.liveHandles();
  }

  @Override
  public List<Result<Output>> runAll(List<? extends ImageSource> images, IntConsumer progress) {
    return references.use(() -> {
      var out = new ArrayList<Result<Output>>(images.size());
      for (int from = 0; from < images.size(); from += BATCH) {
        List<? extends ImageSource> part =
            images.subList(from, Math.min(images.size(), from + BATCH));
        out.addAll(model.run(prepareOpen(part)));
        progress.accept(out.size());
      }
      return out;
    });
  }

  /// Prepares images, several at once where there are several.
  List<Result<Prepared>> prepare(List<? extends ImageSource> images) {
    return references.<List<Result<Prepared>>, RuntimeException>use(() -> prepareOpen(images));
  }

  private List<Result<Prepared>> prepareOpen(List<? extends ImageSource> images) {
    if (images.size() == 1) {
      return List.of(model.prepare(images.getFirst()));
    }
    return IntStream.range(0, images.size())
        .parallel()
        .mapToObj(i -> model.prepare(images.get(i)))
        .toList();
  }

  /// Runs the network on what was prepared.
  List<Result<Output>> runPrepared(List<Result<Prepared>> prepared) {
    return references.use(() -> model.run(prepared));
  }

  /// The output for an image of zeros, which tells the length of what the network leaves open.
  Output runOnZeros() {
    return references.use(model::runOnZeros);
  }

  /// Lets no further call begin through this session, and returns at once: what it owns is released when its last call ends.
  public void retire() {
    references.retire();
  }

  /// Waits for the calls that were made through this session, and gives up its share of the model. Does nothing the second time.
  ///
  /// @throws IllegalStateException if the calling thread is in the middle of such a call
  @Override
  public void close() {
    references.close();
  }
}
