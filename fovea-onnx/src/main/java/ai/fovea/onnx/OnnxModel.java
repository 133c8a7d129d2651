package ai.fovea.onnx;

import ai.fovea.graph.DType;
import ai.fovea.graph.Dim;
import ai.fovea.graph.GraphException;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Shape;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A model in ONNX Runtime. Thread-safe; owns native memory until it is closed. Closing waits for calls that run; later ones
/// throw [IllegalStateException].
public final class OnnxModel implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String name;
  private final Map<String, Shape> inputs;
  private final Map<String, Shape> outputs;
  private final CloseGuard guard;
  private final Optional<Arena> weights;

  private OnnxModel(
      String name, OrtEnvironment environment, OrtSession session, Optional<Arena> weights)
      throws OrtException {
    this.weights = weights;
    this.name = name;
    this.guard = new CloseGuard("the model " + name);
    this.environment = environment;
    this.session = session;
    this.inputs = shapes(session.getInputInfo());
    this.outputs = shapes(session.getOutputInfo());
  }

  private interface Opening {
    OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options)
        throws OrtException;
  }

  /// Loads a model file, with the files of weights beside it that it names.
  ///
  /// @throws OnnxException if it is absent or not a model that the runtime can run
  public static OnnxModel open(Path file, OnnxOptions options) throws OnnxException {
    return open(
        file.toString(),
        options,
        Optional.empty(),
        (env, o) -> env.createSession(file.toString(), o));
  }

  /// Loads a network. The runtime has the weights in memory of its own afterwards, or maps the files that lie beside that of a large network.
  ///
  /// @param name what errors call it
  /// @throws OnnxException if it is not a model that the runtime can run
  @SuppressWarnings("MustBeClosedChecker") // the arena is closed with the model, or here
  public static OnnxModel of(String name, OnnxNetwork network, OnnxOptions options)
      throws OnnxException {
    if (network.file().isPresent() && !network.dataFiles().isEmpty()) {
      OnnxModel model = open(network.file().get(), options);
      if (network.isReplaced()) {
        model.close();
        throw new OnnxException(name + ": another model was written over it; open it again", null);
      }
      return model;
    }
    // Copied, and not handed over as mapped: where a file is cut off, code that is not Java's
    // would take the process with it.
    Arena weights = Arena.ofShared();
    try (Arena arena = Arena.ofConfined()) {
      ByteBuffer bytes = network.gathered(arena).asByteBuffer();
      return open(
          name,
          options,
          Optional.of(weights),
          (env, o) -> {
            var initializers = initializers(env, network.external(), weights);
            try {
              if (!initializers.isEmpty()) {
                o.addExternalInitializers(initializers);
              }
              return env.createSession(bytes, o);
            } finally {
              initializers.values().forEach(OnnxTensorLike::close); // not what they refer to
            }
          });
    } catch (InternalError e) {
      weights.close();
      throw new OnnxException(name + ": the file was cut off while it was read", e);
    } catch (OnnxException | RuntimeException | OutOfMemoryError e) {
      weights.close();
      throw e;
    }
  }

  /// Copies of weights, which the runtime goes on reading.
  private static Map<String, OnnxTensorLike> initializers(
      OrtEnvironment environment, Map<String, NDArray> weights, Arena arena) throws OrtException {
    var out = new LinkedHashMap<String, OnnxTensorLike>();
    for (var weight : weights.entrySet()) {
      Piece piece = Piece.of(weight.getValue());
      ByteBuffer values =
          arena.allocate(piece.length(), 64).copyFrom(piece.memory()).asByteBuffer();
      boolean whole = weight.getValue().dtype() == DType.INT64;
      out.put(
          weight.getKey(),
          OnnxTensor.createTensor(
              environment,
              values.order(ByteOrder.nativeOrder()),
              longs(weight.getValue().shape()),
              whole ? OnnxJavaType.INT64 : OnnxJavaType.FLOAT));
    }
    return out;
  }

  /// The version of ONNX Runtime, which is started for that.
  ///
  /// @throws OnnxException if it can't be started
  public static String runtimeVersion() throws OnnxException {
    return RuntimeStart.environment().getVersion();
  }

  /// @param weights what the runtime reads from; closed with the model
  private static OnnxModel open(
      String name, OnnxOptions options, Optional<Arena> weights, Opening opening)
      throws OnnxException {
    try (var settings = new OrtSession.SessionOptions()) {
      if (options.threads() > 0) {
        settings.setIntraOpNumThreads(options.threads());
      }
      OrtEnvironment environment = RuntimeStart.environment();
      return new OnnxModel(name, environment, opening.open(environment, settings), weights);
    } catch (OrtException e) {
      throw new OnnxException(name + ": not a model that can be run: " + e.getMessage(), e);
    }
  }

  private static Map<String, Shape> shapes(Map<String, NodeInfo> infos) {
    var out = new LinkedHashMap<String, Shape>();
    infos.forEach((name, info) -> {
      if (info.getInfo() instanceof TensorInfo tensor) {
        out.put(name, shape(tensor));
      }
    });
    return Collections.unmodifiableMap(out);
  }

  /// The free dimensions keep what the model calls them; one without a name becomes `N` (the first axis) or `axisK`.
  private static Shape shape(TensorInfo tensor) {
    long[] sizes = tensor.getShape();
    String[] names = tensor.getDimensionNames();
    var dims = new ArrayList<Dim>();
    for (int axis = 0; axis < sizes.length; axis++) {
      dims.add(sizes[axis] >= 0 ? Dim.of(sizes[axis]) : named(names[axis], axis));
    }
    return Shape.of(dims);
  }

  /// Names are any text: others than ours are not arithmetic.
  private static Dim named(String name, int axis) {
    try {
      return Dim.parse(name);
    } catch (GraphException e) {
      return Dim.named(axis == 0 ? "N" : "axis" + axis);
    }
  }

  /// Inputs by name.
  public Map<String, Shape> inputs() {
    return inputs;
  }

  /// Outputs by name.
  public Map<String, Shape> outputs() {
    return outputs;
  }

  /// Runs the model with named inputs of float32 or int64.
  ///
  /// @throws OnnxException naming model and reason
  public Map<String, NDArray> run(Map<String, NDArray> given) throws OnnxException {
    return guard.use(() -> runOpen(given));
  }

  private Map<String, NDArray> runOpen(Map<String, NDArray> given) throws OnnxException {
    var tensors = new LinkedHashMap<String, OnnxTensor>();
    try {
      for (var in : given.entrySet()) {
        NDArray array = in.getValue();
        long[] shape = longs(array.shape());
        tensors.put(
            in.getKey(),
            array.dtype() == DType.INT64
                ? OnnxTensor.createTensor(environment, LongBuffer.wrap(array.longs()), shape)
                : OnnxTensor.createTensor(environment, FloatBuffer.wrap(array.floats()), shape));
      }
      try (var result = session.run(tensors)) {
        var out = new LinkedHashMap<String, NDArray>();
        for (var entry : result) {
          out.put(entry.getKey(), array((OnnxTensor) entry.getValue()));
        }
        return out;
      }
    } catch (OrtException e) {
      throw new OnnxException(name + ": " + e.getMessage(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  /// Runs a model with one input on a batch of pictures, without copying it.
  ///
  /// @param batch direct, `[n, shape...]`, row-major; read from its position
  /// @param output which output to return
  /// @return the output's values, row-major
  /// @throws OnnxException naming model and reason
  public float[] run(FloatBuffer batch, Shape shape, String output) throws OnnxException {
    return guard.use(() -> runOpen(batch, shape, output));
  }

  private float[] runOpen(FloatBuffer batch, Shape shape, String output) throws OnnxException {
    String input = inputs.keySet().iterator().next();
    long[] dims = longs(shape);
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, batch, dims);
        var result = session.run(Map.of(input, tensor), java.util.Set.of(output))) {
      return array((OnnxTensor) result.get(0)).floats();
    } catch (OrtException e) {
      throw new OnnxException(name + ": " + e.getMessage(), e);
    }
  }

  private static long[] longs(Shape shape) {
    return Arrays.stream(shape.sizes()).asLongStream().toArray();
  }

  private static NDArray array(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    int[] dims = Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray();
    if (info.type == OnnxJavaType.INT64) {
      LongBuffer data = tensor.getLongBuffer();
      long[] out = new long[data.remaining()];
      data.get(out);
      return NDArray.of(out, dims);
    }
    FloatBuffer data = tensor.getFloatBuffer();
    float[] out = new float[data.remaining()];
    data.get(out);
    return NDArray.of(out, dims);
  }

  /// Waits for calls that run, and releases the memory. Does nothing the second time.
  @Override
  public void close() {
    guard.close(() -> {
      try {
        session.close();
        weights.ifPresent(Arena::close);
      } catch (OrtException e) {
        throw new IllegalStateException(name + ": " + e.getMessage(), e);
      }
    });
  }
}
