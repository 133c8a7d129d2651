package ai.fovea.gallery.internal.local;

import ai.fovea.index.IndexSettings;
import java.util.Arrays;

/// Index settings in a manifest: the kind's name, and the numbers that the name does not tell.
final class IndexText {
  private IndexText() {}

  static String of(IndexSettings settings) {
    return settings.text()
        + switch (settings) {
          case IndexSettings.Flat flat -> "";
          case IndexSettings.Ivf ivf -> " " + ivf.nprobe();
          case IndexSettings.Hnsw hnsw -> " " + hnsw.efConstruction() + " " + hnsw.efSearch();
        };
  }

  static IndexSettings parse(String text) {
    String[] parts = text.split(" ", -1);
    int[] numbers = Arrays.stream(parts).skip(1).mapToInt(Integer::parseInt).toArray();
    IndexSettings named = IndexSettings.parse(parts[0]);
    int expected =
        switch (named) {
          case IndexSettings.Flat flat -> 0;
          case IndexSettings.Ivf ivf -> 1;
          case IndexSettings.Hnsw hnsw -> 2;
        };
    if (numbers.length != expected) {
      throw new IllegalArgumentException(
          "index '" + text + "': expected " + expected + " numbers behind the name");
    }
    return switch (named) {
      case IndexSettings.Flat flat -> flat;
      case IndexSettings.Ivf ivf ->
          new IndexSettings.Ivf(ivf.lists(), numbers[0], ivf.quantization());
      case IndexSettings.Hnsw hnsw -> hnsw.withEfConstruction(numbers[0]).withEfSearch(numbers[1]);
    };
  }
}
