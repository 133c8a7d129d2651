package ai.fovea.models.internal;

import ai.fovea.models.ModelException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The table of all networks.
public final class Families {
  /// Every network that can be built by name.
  public static final List<Variant> ALL =
      Stream.of(
              PPLCNet.variants(),
              PPLCNetV2.variants(),
              MobileNetV1.variants(),
              MobileNetV2.variants(),
              MobileNetV3.variants(),
              ResNet.variants(),
              ResNetVc.variants(),
              GoogLeNet.variants(),
              HRNet.variants(),
              DenseNet.variants(),
              ViT.variants(),
              Swin.variants())
          .flatMap(v -> v)
          .toList();

  private Families() {}

  /// The network of that name.
  ///
  /// @throws ModelException with the names that are most like it
  public static Variant find(String name) {
    return ALL.stream()
        .filter(v -> v.card().name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new ModelException(
                "there is no network '"
                    + name
                    + "'; near it are "
                    + String.join(", ", near(name))));
  }

  private static List<String> near(String name) {
    return ALL.stream()
        .map(v -> v.card().name())
        .sorted(Comparator.comparingInt(n -> distance(n, name)))
        .limit(4)
        .toList();
  }

  /// How many letters must be inserted, removed or changed to make `b` of `a`.
  private static int distance(String a, String b) {
    int[] row = java.util.stream.IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
