package ai.fovea.bench;

import ai.fovea.index.FlatIndex;
import ai.fovea.index.Hit;
import ai.fovea.index.IndexSettings;
import ai.fovea.index.Metric;
import ai.fovea.index.Search;
import ai.fovea.index.VectorIndex;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Searches under filters that accept a share of the vectors: which share of the ten nearest of these is found, and how long one
/// query takes; before that, how much processor time building takes. Accepted are vectors by chance, those nearest to the query, or those farthest from it. Recall counts by score: a
/// vector as near as the tenth is as good.
final class FiltersBench {
  static final String USAGE =
      "filters [--rows N] [--dim D] [--queries Q] [--kinds Flat,HNSW32,IVF] [--data"
          + " clusters|random]";
  private static final List<String> DATA = List.of("clusters", "random", "five", "near");
  private static final int K = 10;
  private static final int PORTION = 10_000;
  private static final int EACH = 40;
  private static final int DIRECTIONS = 48;
  private static final float ROUNDING = 1e-6f;

  /// Which vectors a filter accepts.
  private enum Choice {
    RANDOM,
    NEAR,
    FAR
  }

  private final float[][] vectors;
  private final float[][] queries;
  private final Consumer<Result> sink;

  private FiltersBench(float[][] vectors, float[][] queries, Consumer<Result> sink) {
    this.vectors = vectors;
    this.queries = queries;
    this.sink = sink;
  }

  static void run(List<String> line, Consumer<Result> sink) {
    Arguments arguments = Arguments.of(line, "rows", "dim", "queries", "kinds", "data");
    int rows = arguments.integer("rows", 50_000);
    int dimension = arguments.integer("dim", 128);
    int asked = arguments.integer("queries", 100);
    String data = arguments.options().getOrDefault("data", "clusters");
    if (!DATA.contains(data)) {
      throw new IllegalArgumentException(
          "--data " + data + ": one of " + String.join(", ", DATA) + " is needed");
    }
    float[][] all =
        switch (data) {
          case "five" -> alike(rows + asked, dimension, 5, 0);
          case "near" -> alike(rows + asked, dimension, 1, 1e-4f);
          default -> vectors(rows + asked, dimension, data.equals("clusters"));
        };
    FiltersBench bench =
        new FiltersBench(
            Arrays.copyOf(all, rows), Arrays.copyOfRange(all, rows, rows + asked), sink);
    String kinds = arguments.options().getOrDefault("kinds", "Flat,HNSW32,IVF");
    for (String kind : kinds.split(",", -1)) {
      // The kinds' own names hold commas: `HNSW32;SQ8` stands for `HNSW32,SQ8`.
      bench.measure(IndexSettings.parse(kind.replace(';', ',')), data);
    }
  }

  /// Unit vectors of few values, which differ by `noise`.
  private static float[][] alike(int count, int dimension, int values, float noise) {
    SplittableRandom random = new SplittableRandom(2026);
    float[][] middles = gaussians(values, dimension, random);
    float[][] vectors = gaussians(count, dimension, random);
    for (float[] vector : vectors) {
      float[] middle = middles[random.nextInt(values)];
      for (int d = 0; d < dimension; d++) {
        vector[d] = middle[d] + noise * vector[d];
      }
      normalize(vector);
    }
    return vectors;
  }

  private static void normalize(float[] vector) {
    float length = (float) Math.sqrt(product(vector, vector));
    for (int d = 0; d < vector.length; d++) {
      vector[d] /= length;
    }
  }

  /// Unit vectors, by chance or in clusters that differ in few directions for the most part.
  private static float[][] vectors(int count, int dimension, boolean clusters) {
    SplittableRandom random = new SplittableRandom(2026);
    int directions = clusters ? Math.min(DIRECTIONS, dimension) : dimension;
    float[][] basis = gaussians(clusters ? directions : 0, dimension, random);
    float[][] centres = gaussians(clusters ? Math.max(16, count / EACH) : 0, directions, random);
    float[][] vectors = new float[count][];
    for (int i = 0; i < count; i++) {
      float[] vector = gaussians(1, dimension, random)[0];
      if (clusters) {
        float[] centre = centres[random.nextInt(centres.length)];
        for (int d = 0; d < dimension; d++) {
          vector[d] *= 0.2f;
        }
        for (int direction = 0; direction < directions; direction++) {
          float along = centre[direction] + 0.9f * (float) random.nextGaussian();
          along /= (float) Math.sqrt(directions);
          for (int d = 0; d < dimension; d++) {
            vector[d] += along * basis[direction][d];
          }
        }
      }
      normalize(vector);
      vectors[i] = vector;
    }
    return vectors;
  }

  private static float[][] gaussians(int count, int dimension, SplittableRandom random) {
    float[][] all = new float[count][dimension];
    for (float[] one : all) {
      for (int d = 0; d < dimension; d++) {
        one[d] = (float) random.nextGaussian();
      }
    }
    return all;
  }

  private static float product(float[] a, float[] b) {
    float sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  private void measure(IndexSettings kind, String data) {
    int dimension = vectors[0].length;
    try (VectorIndex index = VectorIndex.create(kind, dimension, Metric.INNER_PRODUCT);
        FlatIndex exact = new FlatIndex(dimension, Metric.INNER_PRODUCT)) {
      long before = processorNanos();
      fill(index);
      double seconds = (processorNanos() - before) / 1e9;
      Map<String, Object> what = Map.of("rows", vectors.length, "dim", dimension, "data", data);
      sink.accept(new Result(kind.text(), "build", seconds, "s of processors", 1, what));
      fill(exact);
      for (Choice choice : Choice.values()) {
        for (double share : new double[] {0.5, 0.1, 0.01, 0.001}) {
          measure(index, exact, choice, share, data);
        }
      }
    }
  }

  private void fill(VectorIndex index) {
    for (int from = 0; from < vectors.length; from += PORTION) {
      int to = Math.min(vectors.length, from + PORTION);
      index.addAll(LongStream.range(from, to).toArray(), Arrays.copyOfRange(vectors, from, to));
    }
  }

  /// What the process has used so far: other work on the machine does not count.
  private static long processorNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private void measure(
      VectorIndex index, FlatIndex exact, Choice choice, double share, String data) {
    double[] millis = new double[queries.length];
    int found = 0;
    int all = 0;
    int accepted = (int) Math.max(1, Math.round(share * vectors.length));
    for (int q = 0; q < queries.length; q++) {
      BitSet wanted = choose(choice, accepted, queries[q], q);
      Search search = Search.of(K).where(id -> wanted.get((int) id));
      List<Hit> truth = exact.search(queries[q], search);
      // Once more, as what is met for the first time is compiled or fetched meanwhile.
      index.search(queries[q], search);
      long start = System.nanoTime();
      List<Hit> hits = index.search(queries[q], search);
      millis[q] = (System.nanoTime() - start) / 1e6;
      float worst = truth.getLast().score() - ROUNDING;
      found += (int) hits.stream().filter(hit -> hit.score() >= worst).count();
      all += truth.size();
    }
    String work = index.settings().text() + " filtered";
    var settings =
        new TreeMap<String, Object>(
            Map.of(
                "rows",
                vectors.length,
                "dim",
                vectors[0].length,
                "data",
                data,
                "accepted",
                share,
                "by",
                choice.name().toLowerCase(Locale.ROOT)));
    sink.accept(new Result(work, "recall@10", (double) found / all, "fraction", 1, settings));
    sink.accept(new Result(work, "latency", Result.median(millis), "ms/query", 1, settings));
  }

  private BitSet choose(Choice choice, int accepted, float[] query, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] order = new float[vectors.length];
    for (int i = 0; i < order.length; i++) {
      order[i] =
          switch (choice) {
            case RANDOM -> (float) random.nextDouble();
            case NEAR -> -product(query, vectors[i]);
            case FAR -> product(query, vectors[i]);
          };
    }
    float[] sorted = order.clone();
    Arrays.sort(sorted);
    BitSet chosen = new BitSet();
    IntStream.range(0, order.length)
        .filter(i -> order[i] <= sorted[accepted - 1])
        .forEach(chosen::set);
    return chosen;
  }
}
