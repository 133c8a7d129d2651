package ai.fovea.index;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Vectors for tests, and how well an index finds them.
final class Clusters {
  private Clusters() {}

  /// Unit vectors in sixty clusters, the same clusters for every seed.
  static float[][] of(int n, int dimension, long seed) {
    Random centres = new Random(99);
    float[][] middles = new float[60][dimension];
    for (float[] middle : middles) {
      for (int d = 0; d < dimension; d++) {
        middle[d] = (float) centres.nextGaussian();
      }
    }
    Random random = new Random(seed);
    float[][] vectors = new float[n][dimension];
    for (float[] vector : vectors) {
      float[] middle = middles[random.nextInt(middles.length)];
      double length = 0;
      for (int d = 0; d < dimension; d++) {
        vector[d] = middle[d] + 0.6f * (float) random.nextGaussian();
        length += vector[d] * vector[d];
      }
      for (int d = 0; d < dimension; d++) {
        vector[d] /= (float) Math.sqrt(length);
      }
    }
    return vectors;
  }

  /// Adds vectors under the ids from `first` on, in portions that are too small to be linked by
  /// several threads, so that graphs are alike in each run.
  static void add(VectorIndex index, long first, float[][] vectors) {
    for (int from = 0; from < vectors.length; from += 1000) {
      float[][] some = Arrays.copyOfRange(vectors, from, Math.min(vectors.length, from + 1000));
      long start = first + from;
      index.addAll(IntStream.range(0, some.length).mapToLong(i -> start + i).toArray(), some);
    }
  }

  /// Which share of the ten nearest is found.
  static double recall(VectorIndex index, VectorIndex exact, float[][] queries, Search search) {
    List<List<Hit>> truth = exact.searchBatch(queries, 10);
    List<List<Hit>> found = index.searchBatch(queries, search);
    int hits = 0;
    for (int q = 0; q < queries.length; q++) {
      List<Long> ids = truth.get(q).stream().map(Hit::id).toList();
      hits += (int) found.get(q).stream().filter(hit -> ids.contains(hit.id())).count();
    }
    return hits / 10.0 / queries.length;
  }
}
