package ai.fovea.recognize;

import ai.fovea.image.ImageDecoder;
import ai.fovea.onnx.ExecutionOptions;
import ai.fovea.recognize.observe.StageListener;

/// How a model runs.
///
/// @param execution provider, threads and memory of the network
/// @param fastDecoding whether JPEG files much larger than the network's input are decoded at a reduced scale:
///     several times faster for camera images, with slightly different features (figures in docs/results.md). It belongs to
///     the model's id
/// @param acceptDamaged whether of damaged JPEG files what can be decoded is taken, rather than refused
/// @param listener is told how long each stage took
public record ModelOptions(
    ExecutionOptions execution,
    boolean fastDecoding,
    boolean acceptDamaged,
    StageListener listener) {
  /// The processor with one thread per core, fast decoding, damaged images refused.
  public static final ModelOptions DEFAULT = new ModelOptions(0, true);

  /// The processor, damaged images refused.
  ///
  /// @param threads for one run of the network; 0 takes one per core
  public ModelOptions(int threads, boolean fastDecoding) {
    this(ExecutionOptions.ofThreads(threads), fastDecoding, false, StageListener.NONE);
  }

  /// The same with another way to run the network.
  public ModelOptions withExecution(ExecutionOptions other) {
    return new ModelOptions(other, fastDecoding, acceptDamaged, listener);
  }

  /// The same with or without reduced decoding.
  public ModelOptions withFastDecoding(boolean fast) {
    return new ModelOptions(execution, fast, acceptDamaged, listener);
  }

  /// The same with damaged images accepted or refused.
  public ModelOptions withAcceptDamaged(boolean accepted) {
    return new ModelOptions(execution, fastDecoding, accepted, listener);
  }

  /// The same with another listener.
  public ModelOptions withListener(StageListener other) {
    return new ModelOptions(execution, fastDecoding, acceptDamaged, other);
  }

  /// How files are decoded.
  public ImageDecoder decoder() {
    return (fastDecoding ? ImageDecoder.FAST : ImageDecoder.STANDARD)
        .withAcceptDamage(acceptDamaged);
  }
}
