package ai.fovea.graph;

/// Element types of tensors, with the names that Paddle, NumPy and ONNX share.
public enum DType {
  FLOAT32("float32", 4),
  FLOAT64("float64", 8),
  FLOAT16("float16", 2),
  BFLOAT16("bfloat16", 2),
  INT8("int8", 1),
  UINT8("uint8", 1),
  INT16("int16", 2),
  INT32("int32", 4),
  INT64("int64", 8),
  BOOL("bool", 1);

  private final String text;
  private final int bytes;

  DType(String text, int bytes) {
    this.text = text;
    this.bytes = bytes;
  }

  /// The type's name in NumPy's spelling, e.g. `float32`.
  public String text() {
    return text;
  }

  /// Bytes of one element.
  public int bytes() {
    return bytes;
  }

  /// Whether values of this type can carry a gradient.
  public boolean floating() {
    return this == FLOAT32 || this == FLOAT64 || this == FLOAT16 || this == BFLOAT16;
  }

  /// The type called `text` in NumPy's spelling.
  ///
  /// @throws IllegalArgumentException for an unknown name
  public static DType of(String text) {
    for (DType t : values()) {
      if (t.text.equals(text)) {
        return t;
      }
    }
    throw new IllegalArgumentException("unknown element type '" + text + "'");
  }
}
