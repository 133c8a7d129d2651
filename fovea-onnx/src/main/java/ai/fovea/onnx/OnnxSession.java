package ai.fovea.onnx;

import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Type;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A network in ONNX Runtime: immutable, with named inputs and outputs of any type. Thread-safe.
///
/// It owns native memory until it is closed. Uses are counted: closing lets no further run begin, waits for those that have begun, and releases
/// the memory after the last one; runs that come later throw [IllegalStateException]. The memory that inputs are put together in is pooled.
public final class OnnxSession implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String name;
  private final Map<String, Type> inputs;
  private final Map<String, Type> outputs;
  private final HandleCounter handles = new HandleCounter();
  private final BufferPool buffers = new BufferPool(handles);
  private final Optional<Arena> weights;
  private final References references;

  private OnnxSession(
      String name, OrtEnvironment environment, OrtSession session, Optional<Arena> weights)
      throws OrtException {
    this.weights = weights;
    this.name = name;
    this.references = new References("the model " + name, this::release);
    this.environment = environment;
    this.session = session;
    handles.sessions(1);
    this.inputs = OnnxTypes.types(session.getInputInfo());
    this.outputs = OnnxTypes.types(session.getOutputInfo());
  }

  private interface Opening {
    OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options)
        throws OrtException;
  }

  /// Loads a model file, with the files of weights beside it that it names.
  ///
  /// @throws OnnxException if it is absent or not a model that the runtime can run
  public static OnnxSession open(Path file, ExecutionOptions options) {
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
  public static OnnxSession of(String name, OnnxNetwork network, ExecutionOptions options) {
    if (network.file().isPresent() && !network.dataFiles().isEmpty()) {
      OnnxSession model = open(network.file().get(), options);
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
    } catch (RuntimeException | OutOfMemoryError e) {
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
              OnnxTypes.longs(weight.getValue().shape()),
              whole ? OnnxJavaType.INT64 : OnnxJavaType.FLOAT));
    }
    return out;
  }

  /// The version of ONNX Runtime, which is started for that.
  ///
  /// @throws OnnxException if it can't be started
  public static String runtimeVersion() {
    return RuntimeStart.environment().getVersion();
  }

  /// The names of the providers that this build of ONNX Runtime has: `CPU`, on macOS also `CoreML`, with `onnxruntime_gpu` also `CUDA`
  /// and `TensorRT`.
  ///
  /// @throws OnnxException if the runtime can't be started
  public static Set<String> availableProviders() {
    RuntimeStart.environment();
    return Providers.available();
  }

  /// @param weights what the runtime reads from; closed with the model
  private static OnnxSession open(
      String name, ExecutionOptions options, Optional<Arena> weights, Opening opening) {
    OrtEnvironment environment = RuntimeStart.environment();
    try (var settings = new OrtSession.SessionOptions()) {
      if (options.threads() > 0) {
        settings.setIntraOpNumThreads(options.threads());
      }
      Providers.add(options.provider(), options.arena(), settings);
      OrtSession opened = opening.open(environment, settings);
      try {
        return new OnnxSession(name, environment, opened, weights);
      } catch (OrtException | RuntimeException e) {
        opened.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new OnnxException(name + ": not a model that can be run: " + e.getMessage(), e);
    }
  }

  /// What errors call it.
  public String name() {
    return name;
  }

  /// Inputs by name.
  public Map<String, Type> inputs() {
    return inputs;
  }

  /// Outputs by name.
  public Map<String, Type> outputs() {
    return outputs;
  }

  /// What it holds outside the heap at the moment; nothing after it was closed.
  public LiveHandles liveHandles() {
    return handles.count();
  }

  /// Runs the network.
  ///
  /// @param given every input by name
  /// @return all outputs
  /// @throws OnnxException naming model and reason
  public Map<String, NDArray> run(Map<String, NDArray> given) {
    var all = new LinkedHashMap<String, OnnxInput>();
    given.forEach((input, array) -> all.put(input, OnnxInput.of(array)));
    return run(all, outputs.keySet());
  }

  /// Runs the network.
  ///
  /// @param given every input by name
  /// @param wanted names of the outputs to compute
  /// @return these outputs, in the order in which they were named
  /// @throws OnnxException naming model and reason
  public Map<String, NDArray> run(Map<String, OnnxInput> given, Collection<String> wanted) {
    return references.use(() -> runOpen(given, wanted));
  }

  private Map<String, NDArray> runOpen(Map<String, OnnxInput> given, Collection<String> wanted) {
    var taken = new ArrayList<MemorySegment>();
    var tensors = new LinkedHashMap<String, OnnxTensor>();
    try {
      for (var in : given.entrySet()) {
        MemorySegment memory = buffers.take(in.getValue().bytes());
        taken.add(memory);
        tensors.put(in.getKey(), tensor(in.getValue(), memory));
        handles.tensors(1);
      }
      var names = new LinkedHashSet<>(wanted);
      try (var result = session.run(tensors, names)) {
        handles.tensors(result.size());
        var out = new LinkedHashMap<String, NDArray>();
        try {
          for (String output : names) {
            if (result.get(output).orElse(null) instanceof OnnxTensor tensor) {
              out.put(output, OnnxTypes.array(output, tensor));
            }
          }
        } finally {
          handles.tensors(-result.size());
        }
        return out;
      }
    } catch (OrtException e) {
      throw new OnnxException(name + ": " + e.getMessage(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
      handles.tensors(-tensors.size());
      taken.forEach(buffers::giveBack);
    }
  }

  /// A tensor over memory that the input is copied into.
  private OnnxTensor tensor(OnnxInput input, MemorySegment memory) throws OrtException {
    long at = 0;
    for (MemorySegment part : input.parts()) {
      MemorySegment.copy(part, 0, memory, at, part.byteSize());
      at += part.byteSize();
    }
    ByteBuffer values = memory.asSlice(0, at).asByteBuffer().order(ByteOrder.nativeOrder());
    return OnnxTensor.createTensor(
        environment, values, OnnxTypes.longs(input.shape()), OnnxTypes.java(input.dtype()));
  }

  private void release() {
    try {
      session.close();
      handles.sessions(-1);
      buffers.close();
      weights.ifPresent(Arena::close);
    } catch (OrtException e) {
      throw new IllegalStateException(name + ": " + e.getMessage(), e);
    }
  }

  /// Lets no further run begin, and returns at once: the memory is released when the last run ends.
  public void retire() {
    references.retire();
  }

  /// Waits for runs that have begun, and releases the memory. Does nothing the second time.
  ///
  /// @throws IllegalStateException if the calling thread is in the middle of a run
  @Override
  public void close() {
    references.close();
  }
}
