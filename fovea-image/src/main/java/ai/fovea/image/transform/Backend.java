package ai.fovea.image.transform;

/// Whose resize is followed. The two differ: OpenCV samples four pixels however much it shrinks, Pillow
/// averages over all pixels that a new one covers.
public enum Backend {
  /// OpenCV's arithmetic (`cv2`).
  CV2,
  /// Pillow's arithmetic (`pil`).
  PIL;

  /// The word in configurations.
  public String word() {
    return this == CV2 ? "cv2" : "pil";
  }
}
