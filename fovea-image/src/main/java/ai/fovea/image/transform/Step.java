package ai.fovea.image.transform;

import ai.fovea.image.Encoded;
import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import java.util.Arrays;

/// What the operations share: checking what they are given.
final class Step {
  private Step() {}

  static Image image(String operation, Pixels given) {
    if (given instanceof Image image) {
      return image;
    }
    throw wants(operation + " wants a decoded image", given);
  }

  static int width(Pixels given) {
    return switch (given) {
      case Image p -> p.width();
      case Planes p -> p.width();
      case Encoded _ -> throw wants("an image", given);
    };
  }

  static int height(Pixels given) {
    return switch (given) {
      case Image p -> p.height();
      case Planes p -> p.height();
      case Encoded _ -> throw wants("an image", given);
    };
  }

  static IllegalArgumentException wants(String what, Pixels given) {
    String got =
        switch (given) {
          case Encoded e -> "the undecoded file " + e.name();
          case Image p -> "an image of " + p.width() + " x " + p.height();
          case Planes p -> "an array of " + Arrays.toString(p.shape()) + " in " + p.layout();
        };
    return new IllegalArgumentException(
        what + ", got " + got + ": check the order of the operations");
  }
}
