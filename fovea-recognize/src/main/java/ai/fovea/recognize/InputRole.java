package ai.fovea.recognize;

import java.util.Optional;

/// What an input of a network is given.
public enum InputRole {
  /// The prepared image, `[N,C,H,W]`.
  IMAGE("image"),
  /// Rows and columns of the image as resized, before padding, `[N,2]`.
  IMAGE_SHAPE("im_shape"),
  /// By how much rows and columns were scaled, `[N,2]`.
  SCALE_FACTOR("scale_factor");

  private final String word;

  InputRole(String word) {
    this.word = word;
  }

  /// What the reference calls such an input.
  public String word() {
    return word;
  }

  static Optional<InputRole> of(String word) {
    for (InputRole role : values()) {
      if (role.word.equals(word)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
