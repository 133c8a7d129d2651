package ai.fovea.image.transform;

import ai.fovea.image.Encoded;
import ai.fovea.image.Picture;
import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import java.util.Arrays;

/// What the operations share: checking what they are given.
final class Step {
  private Step() {}

  static Picture picture(String operation, Pixels given) {
    if (given instanceof Picture picture) {
      return picture;
    }
    throw wants(operation + " wants a decoded picture", given);
  }

  static int width(Pixels given) {
    return switch (given) {
      case Picture p -> p.width();
      case Planes p -> p.width();
      case Encoded _ -> throw wants("a picture", given);
    };
  }

  static int height(Pixels given) {
    return switch (given) {
      case Picture p -> p.height();
      case Planes p -> p.height();
      case Encoded _ -> throw wants("a picture", given);
    };
  }

  static IllegalArgumentException wants(String what, Pixels given) {
    String got =
        switch (given) {
          case Encoded e -> "the undecoded file " + e.name();
          case Picture p -> "a picture of " + p.width() + " x " + p.height();
          case Planes p -> "an array of " + Arrays.toString(p.shape()) + " in " + p.layout();
        };
    return new IllegalArgumentException(
        what + ", got " + got + ": check the order of the operations");
  }
}
