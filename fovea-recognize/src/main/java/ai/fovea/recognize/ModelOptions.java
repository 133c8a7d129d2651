package ai.fovea.recognize;

/// How a model runs.
///
/// @param threads for one run of the network; 0 takes one per core
/// @param fastDecoding whether JPEG files much larger than the network's input are decoded at a reduced scale:
///     several times faster for camera pictures, with slightly different features (figures in docs/results.md)
public record ModelOptions(int threads, boolean fastDecoding) {
  /// One thread per core, fast decoding.
  public static final ModelOptions DEFAULT = new ModelOptions(0, true);

  /// Checks the count.
  public ModelOptions {
    if (threads < 0) {
      throw new IllegalArgumentException("threads: " + threads + ", must be 0 or more");
    }
  }
}
