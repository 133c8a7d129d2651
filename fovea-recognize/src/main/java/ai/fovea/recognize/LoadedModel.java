package ai.fovea.recognize;

import ai.fovea.base.FoveaException;
import ai.fovea.base.ModelException;
import ai.fovea.graph.DType;
import ai.fovea.graph.Dim;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Type;
import ai.fovea.image.Encoded;
import ai.fovea.image.Image;
import ai.fovea.image.ImageDecoder;
import ai.fovea.image.ImageSource;
import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import ai.fovea.image.Workspace;
import ai.fovea.image.transform.Geometry;
import ai.fovea.image.transform.PreparedImage;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.onnx.LiveHandles;
import ai.fovea.onnx.OnnxSession;
import ai.fovea.recognize.observe.Stage;
import ai.fovea.recognize.observe.StageTimer;
import ai.fovea.recognize.post.Output;
import ai.fovea.recognize.post.PostProcessor;
import ai.fovea.recognize.post.PostStep;
import ai.fovea.recognize.post.Task;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// What all sessions of one model share: the network, memory to prepare images in, and the count of its owners. Thread-safe.
final class LoadedModel {
  private static final Type NOTHING = new Type(DType.FLOAT32, Shape.of());

  private final ModelFolder folder;
  private final ModelOptions options;
  private final ModelId id;
  private final OnnxSession network;
  private final ImageDecoder decoder;
  private final PostProcessor postProcessor;
  private final Map<String, InputRole> inputs;
  private final List<String> outputs;

  /// Of the network's image, without the batch.
  private final Shape image;

  private final boolean geometry;

  /// Whether the network takes one image a run.
  private final boolean single;

  private final AtomicInteger owners = new AtomicInteger(1);

  /// As many as threads were ever here at once.
  private final ConcurrentLinkedQueue<Workspace> workspaces = new ConcurrentLinkedQueue<>();

  private final AtomicInteger workspacesMade = new AtomicInteger();

  private LoadedModel(ModelFolder folder, ModelOptions options, OnnxSession network) {
    this.folder = folder;
    this.options = options;
    this.network = network;
    this.id = folder.id(options);
    this.decoder = options.decoder();
    this.postProcessor = new PostProcessor(specification().steps());
    this.inputs = ModelInputs.roles(folder.place(), specification(), network.inputs());
    this.outputs = outputs();
    this.image = imageShape();
    this.single = single();
    this.geometry =
        inputs.size() > 1
            || specification().steps().stream()
                .anyMatch(s -> s instanceof PostStep.ToImage || s instanceof PostStep.DecodeBoxes);
  }

  static LoadedModel open(ModelFolder folder, ModelOptions options) {
    OnnxSession network = OnnxSession.of(folder.place(), folder.network(), options.execution());
    try {
      return new LoadedModel(folder, options, network);
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /// The outputs that are named; where none is, all of a detector, and the first one of others.
  private List<String> outputs() {
    List<String> named = specification().outputs();
    List<String> there = List.copyOf(network.outputs().keySet());
    requireOutputs(place(), named, there);
    if (!named.isEmpty()) {
      return named;
    }
    return specification().task() == Task.DETECTION ? there : List.of(there.getFirst());
  }

  /// Refuses names of outputs that the network does not have.
  static void requireOutputs(String place, List<String> named, List<String> there) {
    List<String> absent = named.stream().filter(n -> !there.contains(n)).toList();
    if (!absent.isEmpty()) {
      throw new ModelException(
          "%s: there is no output %s; the network has %s: name one of them in Global.output of %s"
              .formatted(
                  place,
                  String.join(", ", absent),
                  String.join(", ", there),
                  ModelFolder.DESCRIPTION));
    }
  }

  private Shape imageShape() {
    Shape declared = ModelInputs.image(inputs, network.inputs());
    Optional<int[]> prepared = specification().preprocessing().outputShape();
    boolean open = declared.rank() == 4 && !declared.dim(2).isFixed() && !declared.dim(3).isFixed();
    if (prepared.isEmpty() && !open) {
      throw new ModelException(
          place() + ": the preparation of images does not lead to one fixed size");
    }
    boolean fits = declared.rank() == 4;
    for (int i = 0; fits && prepared.isPresent() && i < 3; i++) {
      Dim needed = declared.dim(i + 1);
      fits = !needed.isFixed() || needed.size() == prepared.get()[i];
    }
    if (!fits) {
      throw new ModelException(
          place()
              + ": images are prepared as "
              + prepared.map(p -> Shape.of(p).toString()).orElse("images of any size")
              + ", the network wants "
              + declared);
    }
    return prepared.isPresent()
        ? Shape.of(prepared.get())
        : Shape.of(List.of(declared.dim(1), declared.dim(2), declared.dim(3)));
  }

  private boolean single() {
    Dim batch = ModelInputs.image(inputs, network.inputs()).dim(0);
    if (batch.isFixed() && batch.size() != 1) {
      throw new ModelException(
          "%s: the network wants exactly %s images a run; export it with an open number of them, or with 1"
              .formatted(place(), batch));
    }
    return batch.isFixed();
  }

  String place() {
    return folder.place();
  }

  ModelSpecification specification() {
    return folder.specification();
  }

  ModelOptions options() {
    return options;
  }

  ModelId id() {
    return id;
  }

  OptionalInt length() {
    if (outputs.size() == 1) {
      Shape out = network.outputs().getOrDefault(outputs.getFirst(), NOTHING).shape();
      if (out.rank() == 2 && out.dim(1).isFixed()) {
        return OptionalInt.of(out.size(1));
      }
    }
    return OptionalInt.empty();
  }

  LiveHandles liveHandles() {
    LiveHandles inner = network.liveHandles();
    return new LiveHandles(
        inner.sessions(), inner.tensors(), inner.buffers() + workspacesMade.get());
  }

  /// One owner more. Whoever calls this is one.
  LoadedModel take() {
    owners.incrementAndGet();
    return this;
  }

  /// One owner less; the last one releases everything.
  void giveBack() {
    if (owners.decrementAndGet() == 0) {
      network.close();
      for (Workspace w = workspaces.poll(); w != null; w = workspaces.poll()) {
        w.close();
        workspacesMade.decrementAndGet();
      }
    }
  }

  /// Prepares one image. What is wrong with it becomes its problem.
  Result<Prepared> prepare(ImageSource source) {
    Workspace taken = workspaces.poll();
    Workspace workspace = taken == null ? new Workspace() : taken;
    if (taken == null) {
      workspacesMade.incrementAndGet();
    }
    try (var _ = StageTimer.start(Stage.DECODE, specification().name(), 1, options.listener())) {
      return Result.of(prepare(source.load(decoder), source.name(), workspace));
    } catch (FoveaException e) {
      return Result.problem(e);
    } catch (RuntimeException e) {
      // An operation that can't be done with this image, for instance a crop larger than it, or a
      // failure of a decoder: the others of the batch go on.
      String reason =
          e instanceof IllegalArgumentException ? String.valueOf(e.getMessage()) : e.toString();
      var problem = new ModelException(source.name() + ": " + reason);
      problem.initCause(e);
      return Result.problem(problem);
    } finally {
      workspaces.add(workspace);
    }
  }

  private Prepared prepare(Pixels pixels, String name, Workspace workspace) {
    Preprocessing preprocessing = specification().preprocessing();
    if (!geometry && image.isFixed()) {
      float[] out = new float[image.size()];
      int written =
          switch (pixels) {
            case Encoded file ->
                preprocessing.prepare(file.file(), name, decoder, workspace, out, 0);
            case Image p -> preprocessing.prepare(p, workspace, out, 0);
            case Planes _ -> throw new IllegalArgumentException("no image, but an array");
          };
      requireSize(name, written == out.length, "%d numbers".formatted(written));
      return new Prepared(name, NDArray.of(out, image.sizes()), Optional.empty());
    }
    PreparedImage prepared = preprocessing.prepare(pixels, decoder, workspace);
    int[] shape = prepared.tensor().shape();
    boolean fits = true;
    for (int i = 0; i < 3; i++) {
      fits &= !image.dim(i).isFixed() || image.size(i) == shape[i];
    }
    requireSize(name, fits, Shape.of(shape).toString());
    return new Prepared(
        name, NDArray.of(prepared.tensor().values(), shape), Optional.of(prepared.geometry()));
  }

  private void requireSize(String name, boolean fits, String got) {
    if (!fits) {
      throw new ModelException(
          "%s: is prepared as %s, the network wants %s".formatted(name, got, image));
    }
  }

  /// Runs the network on images of one size together, and applies the steps to each one's outputs.
  List<Result<Output>> run(List<Result<Prepared>> images) {
    var groups = new LinkedHashMap<Shape, List<Integer>>();
    var out = new TreeMap<Integer, Result<Output>>(); // by the image's place
    for (int i = 0; i < images.size(); i++) {
      switch (images.get(i)) {
        case Result.Value<Prepared> p ->
            groups.computeIfAbsent(p.value().tensor().shape(), _ -> new ArrayList<>()).add(i);
        case Result.Problem<Prepared> p -> out.put(i, Result.problem(p.cause()));
      }
    }
    for (List<Integer> group : groups.values()) {
      var batch = new ArrayList<Prepared>();
      for (int i : group) {
        batch.add(images.get(i).orThrow());
      }
      List<Result<Output>> results = single ? runEach(batch) : runBatch(batch);
      for (int i = 0; i < group.size(); i++) {
        out.put(group.get(i), results.get(i));
      }
    }
    return List.copyOf(out.values());
  }

  private List<Result<Output>> runEach(List<Prepared> batch) {
    var results = new ArrayList<Result<Output>>(batch.size());
    for (Prepared one : batch) {
      results.addAll(runBatch(List.of(one)));
    }
    return results;
  }

  private List<Result<Output>> runBatch(List<Prepared> batch) {
    try (var _ =
        StageTimer.start(Stage.EMBED, specification().name(), batch.size(), options.listener())) {
      Map<String, NDArray> all = network.run(ModelInputs.of(inputs, batch), outputs);
      var results = new ArrayList<Result<Output>>(batch.size());
      for (int i = 0; i < batch.size(); i++) {
        var rows = new LinkedHashMap<String, NDArray>();
        for (var output : all.entrySet()) {
          rows.put(output.getKey(), row(output.getKey(), output.getValue(), i, batch.size()));
        }
        Prepared image = batch.get(i);
        try {
          results.add(
              Result.of(
                  postProcessor.apply(new Output.Tensors(rows), image.geometry(), image.name())));
        } catch (ModelException e) {
          results.add(Result.problem(e));
        }
      }
      return results;
    }
  }

  Output runOnZeros() {
    var zeros =
        new Prepared(
            "zeros",
            NDArray.of(new float[image.size()], image.sizes()),
            Optional.of(Geometry.of(image.size(2), image.size(1))));
    Map<String, NDArray> all = network.run(ModelInputs.of(inputs, List.of(zeros)), outputs);
    var rows = new LinkedHashMap<String, NDArray>();
    for (var output : all.entrySet()) {
      rows.put(output.getKey(), row(output.getKey(), output.getValue(), 0, 1));
    }
    return new Output.Tensors(rows);
  }

  /// One image's part of an output; all of what is not of rank 1 or more.
  private NDArray row(String output, NDArray all, int i, int n) {
    int[] sizes = all.shape().sizes();
    if (sizes.length == 0 || sizes[0] % n != 0) {
      throw new ModelException(
          "%s: the output %s of %d images is %s, which is not one row an image"
              .formatted(place(), output, n, all.shape()));
    }
    int[] dims = sizes[0] == n ? Arrays.copyOfRange(sizes, 1, sizes.length) : sizes.clone();
    if (sizes[0] != n) {
      dims[0] = sizes[0] / n;
    }
    int length = all.size() / n;
    if (all.dtype() == DType.FLOAT32) {
      float[] values = all.floats();
      return NDArray.of(Arrays.copyOfRange(values, i * length, (i + 1) * length), dims);
    }
    long bytes = (long) length * all.dtype().bytes();
    MemorySegment part = all.memory().asSlice(i * bytes, bytes);
    return NDArray.view(all.dtype(), part, dims);
  }
}
