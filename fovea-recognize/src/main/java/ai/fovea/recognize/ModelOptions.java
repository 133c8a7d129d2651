package ai.fovea.recognize;

/// How a model runs.
///
/// @param threads for one run of the network; 0 takes one per core
/// @param fastDecoding whether JPEG files much larger than the network's input are decoded at a reduced scale:
///     several times faster for camera pictures, with slightly different features (figures in docs/results.md)
/// @param acceptDamaged whether of damaged JPEG files what can be decoded is taken, rather than refused
public record ModelOptions(int threads, boolean fastDecoding, boolean acceptDamaged) {
  /// One thread per core, fast decoding, damaged images refused.
  public static final ModelOptions DEFAULT = new ModelOptions(0, true);

  /// Damaged images refused.
  public ModelOptions(int threads, boolean fastDecoding) {
    this(threads, fastDecoding, false);
  }

  /// The same with damaged images accepted or refused.
  public ModelOptions withAcceptDamaged(boolean accepted) {
    return new ModelOptions(threads, fastDecoding, accepted);
  }

  /// Checks the count.
  public ModelOptions {
    if (threads < 0) {
      throw new IllegalArgumentException("threads: " + threads + ", must be 0 or more");
    }
  }
}
