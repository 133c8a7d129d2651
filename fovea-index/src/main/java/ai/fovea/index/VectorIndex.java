package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import java.io.IOException;
import java.util.List;
import java.util.function.LongPredicate;

/// Vectors under ids, and the question which of them are the nearest to a query.
///
/// **Vectors** are `float[D]` with `D` = [#dimension()], every value finite, and a squared length
/// of at most a quarter of `Float.MAX_VALUE` (so that no score can overflow into NaN). They are
/// copied in and copied out.
///
/// **Ids** are numbers of the caller, 0 or greater, each in use at most once.
///
/// **Errors** leave the index as it was: [IllegalArgumentException] for a vector of another length,
/// NaN, infinite or huge values, a negative or a duplicate id and `k < 1`;
/// [java.util.NoSuchElementException] for an id that is not there; [IllegalStateException] after
/// [#close()]. Batches report every problem that they have at once.
///
/// **Threads**: any number of readers run beside a writer; writers wait for each other. A search
/// sees the index as it was at one moment, a batch (of additions, or of queries) as a whole.
public interface VectorIndex extends AutoCloseable {

  /// Returns an empty index.
  ///
  /// @param dimension the number of values in each vector, 1 to 65536
  static VectorIndex create(IndexSettings settings, int dimension, Metric metric) {
    return switch (settings) {
      case IndexSettings.Flat flat -> new FlatIndex(dimension, metric, flat);
      case IndexSettings.Ivf ivf -> new IvfIndex(ivf, dimension, metric);
      case IndexSettings.Hnsw hnsw -> new HnswIndex(dimension, metric, hnsw);
    };
  }

  /// Returns what computes scores in this process: `simd 8 x float`, or `scalar` where Java's
  /// vector module was not added.
  static String kernels() {
    return Kernels.fastest().name();
  }

  /// Returns the number of values in each vector.
  int dimension();

  /// Returns how vectors are compared.
  Metric metric();

  /// Returns the kind of index, and how it is built.
  IndexSettings settings();

  /// Returns the number of vectors.
  int size();

  /// Returns whether a vector is stored under `id`.
  boolean contains(long id);

  /// Returns the ids of all vectors, ascending.
  long[] ids();

  /// Returns a copy of the vector stored under `id`, `[D]`.
  float[] vector(long id);

  /// Stores a vector under an id that is not yet in use.
  default void add(long id, float[] vector) {
    addAll(new long[] {id}, new float[][] {vector});
  }

  /// Stores `vectors[i]` (`[N][D]`) under `ids[i]`: all of them, or on any error none.
  void addAll(long[] ids, float[][] vectors);

  /// Replaces the vector stored under `id`; no search sees both or neither.
  void update(long id, float[] vector);

  /// Removes the vector stored under `id`.
  default void remove(long id) {
    removeAll(new long[] {id});
  }

  /// Removes the vectors stored under `ids`: all of them, or on any error none.
  void removeAll(long[] ids);

  /// Returns the `k` vectors nearest to `query`, best first, ties in the order of their ids; fewer
  /// where the index has fewer.
  default List<Hit> search(float[] query, int k) {
    return search(query, Search.of(k));
  }

  /// Returns the `k` nearest among the vectors whose ids `filter` accepts: `k` of them wherever
  /// there are as many. With the defaults of a kind these are 99 of 100 or more of those an exact
  /// search finds, however few are wanted: where a search finds few of these near the query, all
  /// vectors are compared.
  default List<Hit> search(float[] query, int k, LongPredicate filter) {
    return search(query, Search.of(k).where(filter));
  }

  /// Returns the vectors nearest to `query`, best first.
  default List<Hit> search(float[] query, Search search) {
    return searchBatch(new float[][] {query}, search).getFirst();
  }

  /// [#search(float[], int)] for each of `queries` (`[Q][D]`), all against the same state of the
  /// index.
  default List<List<Hit>> searchBatch(float[][] queries, int k) {
    return searchBatch(queries, Search.of(k));
  }

  /// [#search(float[], Search)] for each of `queries` (`[Q][D]`), all against the same state of the
  /// index.
  List<List<Hit>> searchBatch(float[][] queries, Search search);

  /// Returns the vectors whose score reaches `threshold` (finite), best first, ties in the order of
  /// their ids; the best [Search#k()] of them where there are more.
  List<Hit> searchRange(float[] query, float threshold, Search search);

  /// As [#searchBatch(float[][], Search)], by comparing with every vector itself: what approximate
  /// searches are measured by.
  List<List<Hit>> searchExactly(float[][] queries, Search search);

  /// Returns the ids of the vectors that no search can come to but one of all vectors, ascending:
  /// none in an index that is as it should be. Looks at every vector's links; writers wait
  /// meanwhile.
  default long[] unreachable() {
    return new long[0];
  }

  /// Links everything anew where there are [#unreachable()] vectors, or an earlier version has
  /// linked them. Takes as long as building then; writers wait meanwhile, readers do not.
  default void relink() {}

  /// Writes the index as it is at one moment; [IndexFile#open] reads it. Writers wait meanwhile,
  /// readers do not.
  ///
  /// @throws IOException where `to` can't take it
  void writeTo(IndexFile.Sink to) throws IOException;

  /// Releases the memory. Closing again does nothing; searches under way end normally.
  @Override
  void close();
}
