package ai.fovea.gallery;

import ai.fovea.index.Hit;
import ai.fovea.index.Metric;
import ai.fovea.index.Search;
import ai.fovea.index.VectorIndex;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// How much a gallery's searches find of what comparing with all its images finds. Images of its
/// own are asked for: counted are the results whose score is at least that of the last an exact
/// search has, so that any of several equal ones is right.
///
/// @param asked how many images were asked for
/// @param k how many results each search had
/// @param found how many of the results are as near as the exact ones
/// @param expected how many results an exact search has
/// @param themselves how many images' first result has their own score
/// @param seed by which they were chosen
public record SearchRecall(int asked, int k, long found, long expected, int themselves, long seed) {
  // Sums of products differ by so much with the order of the values; relative to the score, from 1
  // on.
  private static final float ROUNDING = 1e-5f;

  /// Returns the share that is found, 0 to 1; 1 for a gallery without images.
  public double recall() {
    return expected == 0 ? 1 : (double) found / expected;
  }

  /// Measures an index: [LocalGallery#recall].
  public static SearchRecall measure(VectorIndex index, int images, int k, long seed) {
    float[][] queries =
        Arrays.stream(sample(index.ids(), images, seed))
            .filter(index::contains)
            .mapToObj(index::vector)
            .toArray(float[][]::new);
    Search search = Search.of(k).withThreads(Runtime.getRuntime().availableProcessors());
    List<List<Hit>> found = index.searchBatch(queries, search);
    List<List<Hit>> exact = index.searchExactly(queries, search);
    long hits = 0;
    long expected = 0;
    int themselves = 0;
    for (int q = 0; q < queries.length; q++) {
      List<Hit> right = exact.get(q);
      hits += reaching(index.metric(), found.get(q), right.getLast().score());
      themselves +=
          (int) reaching(index.metric(), found.get(q).subList(0, 1), right.getFirst().score());
      expected += right.size();
    }
    return new SearchRecall(queries.length, k, hits, expected, themselves, seed);
  }

  private static long reaching(Metric metric, List<Hit> hits, float score) {
    float rounding = ROUNDING * Math.max(1, Math.abs(score));
    float min = metric.greaterIsBetter() ? score - rounding : score + rounding;
    return hits.stream().filter(hit -> !metric.better(min, hit.score())).count();
  }

  /// Returns some of `all`, each as likely as any other; changes `all`.
  private static long[] sample(long[] all, int max, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int count = Math.min(max, all.length);
    for (int i = 0; i < count; i++) {
      int other = random.nextInt(i, all.length);
      long chosen = all[other];
      all[other] = all[i];
      all[i] = chosen;
    }
    return Arrays.copyOf(all, count);
  }
}
