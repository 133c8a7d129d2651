package ai.fovea.bench;

import ai.fovea.gallery.Durability;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.index.IndexSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/// What galleries cost to open: one that is large, and many that are small.
final class GalleryBench {
  static final String USAGE =
      "gallery FOLDER [--images N | --galleries N] [--dimension 128] [--index HNSW32] [--rounds"
          + " 5]";

  private static final int BATCH = 20_000;
  private static final int SMALL = 10;

  private GalleryBench() {}

  static void run(List<String> line, Consumer<Result> sink) throws Exception {
    Arguments arguments = Arguments.of(line, "images", "galleries", "dimension", "index", "rounds");
    Path folder = Path.of(arguments.word("folder"));
    int dimension = arguments.integer("dimension", 128);
    IndexSettings index = IndexSettings.parse(arguments.options().getOrDefault("index", "HNSW32"));
    GallerySettings settings =
        new GallerySettings("bench", dimension, Similarity.COSINE)
            .withIndex(index)
            .withDurability(Durability.ON_FLUSH);
    if (arguments.options().containsKey("galleries")) {
      small(folder, settings, arguments.integer("galleries", 1), sink);
    } else {
      large(
          folder,
          settings,
          arguments.integer("images", 1_000_000),
          arguments.integer("rounds", 5),
          sink);
    }
  }

  /// A folder that is there already is opened as it is.
  private static void large(
      Path folder, GallerySettings settings, int images, int rounds, Consumer<Result> sink)
      throws Exception {
    Map<String, ?> what =
        Map.of(
            "images", images,
            "dimension", settings.dimension(),
            "index", settings.index().text());
    if (!Files.exists(folder)) {
      long begin = System.nanoTime();
      try (LocalGallery gallery = LocalGallery.create(folder, settings)) {
        Random random = new Random(1);
        for (int from = 0; from < images; from += BATCH) {
          gallery.addAll(entries(random, settings.dimension(), Math.min(BATCH, images - from)));
        }
        gallery.compact();
      }
      sink.accept(new Result("gallery add", "time", since(begin), "s", 1, what));
    }
    double[] times = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      long begin = System.nanoTime();
      try (LocalGallery gallery = LocalGallery.open(folder)) {
        times[round] = since(begin);
        if (gallery.info().entries() != images) {
          throw new IOException(folder + " has " + gallery.info().entries() + " images");
        }
      }
    }
    sink.accept(new Result("gallery open", "first time", times[0], "s", 1, what));
    sink.accept(new Result("gallery open", "time", Result.median(times), "s", 1, what));
  }

  private static void small(
      Path folder, GallerySettings settings, int galleries, Consumer<Result> sink)
      throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < galleries; i++) {
      if (!Files.exists(folder.resolve("g" + i))) {
        try (LocalGallery gallery = LocalGallery.create(folder.resolve("g" + i), settings)) {
          gallery.addAll(entries(random, settings.dimension(), SMALL));
        }
      }
    }
    Map<String, ?> what =
        Map.of(
            "galleries",
            galleries,
            "images",
            SMALL,
            "dimension",
            settings.dimension(),
            "index",
            settings.index().text());
    float[] query = entries(random, settings.dimension(), 1).getFirst().vector();
    try (LocalGallery gallery = LocalGallery.open(folder.resolve("g0"))) {
      gallery.search(query, 3);
    }
    List<LocalGallery> all = new ArrayList<>();
    long[] before = costs();
    long begin = System.nanoTime();
    for (int i = 0; i < galleries; i++) {
      all.add(LocalGallery.open(folder.resolve("g" + i)));
    }
    double seconds = since(begin);
    all.forEach(gallery -> gallery.search(query, 3));
    long[] after = costs();
    String[] metrics = {"heap", "resident", "descriptors", "threads"};
    String[] units = {"KiB", "KiB", "", ""};
    double[] scales = {1024, 1, 1, 1};
    sink.accept(new Result("gallery open", "time", seconds * 1e3 / galleries, "ms", 1, what));
    for (int i = 0; i < metrics.length; i++) {
      double each = (after[i] - before[i]) / scales[i] / galleries;
      sink.accept(new Result("gallery keep open", metrics[i], each, units[i], 1, what));
    }
    all.forEach(LocalGallery::close);
  }

  /// Bytes of heap, kilobytes of resident memory, open files, threads; the last three by `/proc`.
  private static long[] costs() throws IOException, InterruptedException {
    for (int i = 0; i < 4; i++) {
      System.gc();
      Thread.sleep(100);
    }
    Runtime runtime = Runtime.getRuntime();
    long resident = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        resident = Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return new long[] {
        runtime.totalMemory() - runtime.freeMemory(),
        resident,
        descriptors.count(),
        Thread.activeCount()
      };
    }
  }

  private static List<NewEntry> entries(Random random, int dimension, int count) {
    List<NewEntry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      float[] vector = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      entries.add(
          NewEntry.of("label " + random.nextInt(10_000), vector)
              .withSource("folder/image-" + random.nextInt() + ".jpg"));
    }
    return entries;
  }

  private static double since(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
