package ai.fovea.image.transform;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How new pixels are made from old ones.
public enum Interpolation {
  /// The nearest pixel.
  NEAREST(0),
  /// Linear.
  BILINEAR(1),
  /// Mean over the covered area (OpenCV only).
  AREA(3),
  /// Cubic: a = -0.75 in OpenCV, -0.5 in Pillow.
  BICUBIC(2),
  /// Lanczos: 4 lobes in OpenCV, 3 in Pillow.
  LANCZOS(4),
  /// Box (Pillow only).
  BOX(-1),
  /// Hamming-windowed sinc (Pillow only).
  HAMMING(-1);

  private final int opencv;

  Interpolation(int opencv) {
    this.opencv = opencv;
  }

  /// OpenCV's number.
  int opencv() {
    return opencv;
  }

  /// Whether the backend has it.
  public boolean in(Backend backend) {
    return backend == Backend.CV2 ? opencv >= 0 : this != AREA;
  }

  /// The word in configurations, `bilinear`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// By its word, upper or lower case.
  static Optional<Interpolation> of(String word) {
    return Arrays.stream(values()).filter(i -> i.word().equalsIgnoreCase(word)).findFirst();
  }

  /// By OpenCV's number.
  static Optional<Interpolation> of(int number) {
    return Arrays.stream(values()).filter(i -> i.opencv == number && number >= 0).findFirst();
  }

  /// The words that a backend knows.
  static List<String> words(Backend backend) {
    return Arrays.stream(values()).filter(i -> i.in(backend)).map(Interpolation::word).toList();
  }
}
