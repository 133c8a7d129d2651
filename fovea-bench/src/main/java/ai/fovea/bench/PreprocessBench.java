package ai.fovea.bench;

import ai.fovea.image.ImageDecoder;
import ai.fovea.image.Workspace;
import ai.fovea.image.transform.Preprocessing;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Decode, resize the short side to 256, crop 224, normalise, channels first, on one thread: as it is done by default
/// (large JPEG files are decoded at a reduced scale), and with whole decoding.
final class PreprocessBench {
  static final String USAGE = "preprocess FOLDER [--rounds R] [--limit N] [--side S]";
  private static final double WARM_UP = 2;

  private PreprocessBench() {}

  static void run(List<String> line, Consumer<Result> sink) throws Exception {
    Arguments arguments = Arguments.of(line, "rounds", "limit", "side");
    int side = arguments.options().containsKey("side") ? arguments.integer("side", 0) : 0;
    int rounds = arguments.integer("rounds", 5);
    Photos photos =
        Photos.of(Path.of(arguments.word("folder")), arguments.integer("limit", 200), side);
    sink.accept(measure(photos, ImageDecoder.FAST, "preprocess 224", rounds));
    sink.accept(measure(photos, ImageDecoder.STANDARD, "preprocess 224 whole", rounds));
  }

  private static Result measure(Photos photos, ImageDecoder decoder, String work, int rounds)
      throws Exception {
    var preprocessing = Preprocessing.imagenet(256, 224);
    float[] out = new float[3 * 224 * 224];
    try (var workspace = new Workspace()) {
      double seconds =
          Result.seconds(
              rounds,
              WARM_UP,
              System::nanoTime,
              () -> {
                all(photos, preprocessing, decoder, workspace, out);
              });
      // The fields of the peer's script.
      Map<String, @Nullable Object> settings = new LinkedHashMap<>();
      settings.put("side", photos.side() == 0 ? null : photos.side());
      settings.put("files", photos.files().size());
      settings.put("mean_bytes", photos.meanBytes());
      return new Result(
          work, "throughput", photos.files().size() / seconds, "images/s", 1, settings);
    }
  }

  private static void all(
      Photos photos,
      Preprocessing preprocessing,
      ImageDecoder decoder,
      Workspace workspace,
      float[] out) {
    for (int i = 0; i < photos.files().size(); i++) {
      preprocessing.prepare(
          photos.files().get(i), photos.encoded(i).name(), decoder, workspace, out, 0);
    }
  }
}
