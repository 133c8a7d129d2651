package ai.fovea.bench;

import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.ModelFolder;
import ai.fovea.recognize.ModelOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;

/// What reduced decoding does to features: the cosine between those of an enlarged image decoded whole and reduced, and
/// how near either comes to those of the image before it was enlarged.
final class DecodingBench {
  static final String USAGE = "decoding FOLDER [--limit N] [--side S] [--noise D] [--model FOLDER]";

  private DecodingBench() {}

  static void run(List<String> line, Consumer<Result> sink) throws Exception {
    Arguments arguments = Arguments.of(line, "limit", "side", "noise", "model");
    int side = arguments.integer("side", 4000);
    int noise = arguments.options().containsKey("noise") ? arguments.integer("noise", 0) : 0;
    Photos photos =
        Photos.of(Path.of(arguments.word("folder")), arguments.integer("limit", 50), side, noise);
    String named = arguments.options().get("model");
    ModelFolder model = named == null ? ModelFolder.standard() : ModelFolder.open(Path.of(named));
    int n = photos.files().size();
    double[] between = new double[n];
    double[] ofWhole = new double[n];
    double[] ofReduced = new double[n];
    try (Embedder whole = Embedder.of(model, new ModelOptions(1, false));
        Embedder reduced = Embedder.of(model, new ModelOptions(1, true))) {
      for (int i = 0; i < n; i++) {
        String name = photos.encoded(i).name();
        float[] original = whole.embed(photos.originals().get(i), name);
        float[] a = whole.embed(photos.files().get(i), name);
        float[] b = reduced.embed(photos.files().get(i), name);
        between[i] = cosine(a, b);
        ofWhole[i] = cosine(original, a);
        ofReduced[i] = cosine(original, b);
      }
    }
    var settings = new LinkedHashMap<String, Object>();
    settings.put("side", side);
    settings.put("noise", noise);
    settings.put("files", n);
    settings.put("model", model.specification().name());
    var figures = new LinkedHashMap<String, double[]>();
    figures.put("whole to reduced", between);
    figures.put("original to whole", ofWhole);
    figures.put("original to reduced", ofReduced);
    figures.forEach((pair, cosines) -> {
      String work = "features, " + pair;
      double least = Arrays.stream(cosines).min().orElse(0);
      double middle = Result.median(cosines);
      sink.accept(new Result(work, "median cosine", middle, "cosine", 1, settings));
      sink.accept(new Result(work, "least cosine", least, "cosine", 1, settings));
    });
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(aa * bb);
  }
}
