package ai.fovea.gallery;

/// What is looked for in a gallery: `SearchRequest.of(10).where(Filter.label("mug")).withEf(128)`.
///
/// The last three are hints for galleries whose index has such a number; others ignore them.
///
/// @param k how many results at most, 1 or greater
/// @param filter which images may be results
/// @param ef HNSW: how many candidates are kept on the way; 0 for the gallery's own number, and
///     under a filter for as many as it takes. More finds more, more slowly
/// @param nprobe IVF: how many lists are searched; 0 for the gallery's own number, and under a
///     filter for as many as it takes
/// @param threads how many threads share a batch, 1 or greater
public record SearchRequest(int k, Filter filter, int ef, int nprobe, int threads) {
  /// Checks the values.
  public SearchRequest {
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k + ", expected 1 or greater");
    }
    if (ef < 0 || nprobe < 0) {
      throw new IllegalArgumentException(
          "ef is " + ef + " and nprobe is " + nprobe + ", expected 0 or greater");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", expected 1 or greater");
    }
  }

  /// Returns a request for the `k` nearest of all images.
  public static SearchRequest of(int k) {
    return new SearchRequest(k, Filter.everything(), 0, 0, 1);
  }

  /// Returns the same among the images that `condition` accepts.
  public SearchRequest where(Filter condition) {
    return new SearchRequest(k, condition, ef, nprobe, threads);
  }

  /// Returns the same with another number of candidates (HNSW).
  public SearchRequest withEf(int candidates) {
    return new SearchRequest(k, filter, candidates, nprobe, threads);
  }

  /// Returns the same with another number of lists (IVF).
  public SearchRequest withNprobe(int lists) {
    return new SearchRequest(k, filter, ef, lists, threads);
  }

  /// Returns the same with another number of threads.
  public SearchRequest withThreads(int number) {
    return new SearchRequest(k, filter, ef, nprobe, number);
  }
}
