package ai.fovea.bench;

import ai.fovea.data.ImageList;
import ai.fovea.image.Image;
import ai.fovea.index.eval.EvaluationSet;
import ai.fovea.index.eval.RetrievalMetrics;
import ai.fovea.index.eval.RetrievalResult;
import ai.fovea.index.eval.RetrievalSettings;
import ai.fovea.lists.ListFormat;
import java.nio.file.Path;
import java.util.Locale;

/// The simplest thing that could find similar images, as a floor for what models must do: the histogram of colours, 8 bins a
/// channel, as a unit vector of 512 values.
///
/// Arguments: root folder, query list, gallery list (`path label id`).
public final class ColourHistogram {
  private static final int BINS = 8;

  private ColourHistogram() {}

  /// Prints recall@1, recall@5 and mAP.
  public static void main(String[] args) {
    Path root = Path.of(args[0]);
    RetrievalResult result =
        RetrievalMetrics.evaluate(
            set(root, Path.of(args[1])), set(root, Path.of(args[2])), RetrievalSettings.DEFAULT);
    System.out.printf(
        Locale.ROOT,
        "recall@1 %.2f %%, recall@5 %.2f %%, mAP %.2f %%%n",
        100 * result.recall().getOrDefault(1, Double.NaN),
        100 * result.recall().getOrDefault(5, Double.NaN),
        100 * result.meanAveragePrecision());
  }

  private static EvaluationSet set(Path root, Path list) {
    var samples = ImageList.read(list, root, ListFormat.VERI_WILD).samples();
    float[][] rows = new float[samples.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = histogram(Image.read(samples.get(i).file()));
    }
    return EvaluationSet.of(rows, samples.stream().mapToLong(s -> s.label()).toArray())
        .normalized();
  }

  static float[] histogram(Image image) {
    float[] counts = new float[BINS * BINS * BINS];
    byte[] pixels = image.pixels();
    for (int i = 0; i + 2 < pixels.length; i += 3) {
      int r = (pixels[i] & 0xFF) * BINS / 256;
      int g = (pixels[i + 1] & 0xFF) * BINS / 256;
      int b = (pixels[i + 2] & 0xFF) * BINS / 256;
      counts[(r * BINS + g) * BINS + b]++;
    }
    return counts;
  }
}
