package ai.fovea.bench;

import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.ModelFolder;
import ai.fovea.recognize.ModelOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// What reduced decoding does to features: the cosine between those of a picture decoded whole and reduced.
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
    double[] cosines = new double[photos.files().size()];
    try (Embedder whole = Embedder.of(model, new ModelOptions(1, false));
        Embedder reduced = Embedder.of(model, new ModelOptions(1, true))) {
      for (int i = 0; i < cosines.length; i++) {
        String name = photos.encoded(i).name();
        float[] a = whole.embed(photos.files().get(i), name);
        cosines[i] = cosine(a, reduced.embed(photos.files().get(i), name));
      }
    }
    var settings = new LinkedHashMap<String, Object>();
    settings.put("side", side);
    settings.put("noise", noise);
    settings.put("files", cosines.length);
    settings.put("model", model.description().name());
    String work = "features of reduced decoding";
    Map<String, Double> figures =
        Map.of(
            "median cosine", Result.median(cosines),
            "mean cosine", Arrays.stream(cosines).average().orElse(0),
            "least cosine", Arrays.stream(cosines).min().orElse(0));
    figures.forEach(
        (metric, value) -> sink.accept(new Result(work, metric, value, "cosine", 1, settings)));
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
