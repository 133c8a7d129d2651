package ai.fovea.index;

/// What a search compares first. Whatever it is, results carry exact scores: the best of the first
/// pass are compared again by the vectors themselves.
public enum Quantization {
  /// The vectors as they are, 4 bytes a value.
  NONE(""),

  /// One byte a value and a factor a vector: a quarter of the memory to read, hardly any loss.
  INT8("SQ8"),

  /// One bit a value: a 32nd of the memory to read; many more candidates have to be compared again.
  BIT("BQ");

  private final String suffix;

  Quantization(String suffix) {
    this.suffix = suffix;
  }

  /// Returns the end of an index's name: empty, `SQ8`, `BQ`.
  String suffix() {
    return suffix;
  }
}
