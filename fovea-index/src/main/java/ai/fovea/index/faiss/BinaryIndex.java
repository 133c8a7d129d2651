package ai.fovea.index.faiss;

import ai.fovea.index.Hit;
import ai.fovea.index.Metric;
import ai.fovea.index.faiss.FaissIndex.BinaryFlat;
import ai.fovea.index.faiss.FaissIndex.BinaryHnsw;
import ai.fovea.index.faiss.FaissIndex.BinaryIvf;
import ai.fovea.index.faiss.GraphSearch.Near;
import ai.fovea.index.faiss.InvertedLists.Entries;
import ai.fovea.index.internal.TopK;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;

/// Searches a Faiss index over bits by the Hamming distance: the number of differing bits, which is
/// the score of a hit (smaller is nearer). What was read is searched as it is; it can't be changed.
///
///     BinaryIndex index = new BinaryIndex((FaissIndex.OfBits) FaissIndex.read(file));
///     List<Hit> hits = index.search(query, 10);
///
/// A flat index compares all vectors; an IVF index those in the `nprobe` lists nearest to the
/// query, and goes on through further lists while fewer than `k` were found; an HNSW index follows
/// its graph with `ef` candidates, and compares all vectors where that gives fewer than `k`. So `k`
/// hits come wherever there are as many.
///
/// Immutable, for any number of threads.
public final class BinaryIndex {
  private final FaissIndex.OfBits index;
  private final int nprobe;
  private final int ef;

  /// Searches `index` with the settings that it came with.
  public BinaryIndex(FaissIndex.OfBits index) {
    this(
        index,
        index instanceof BinaryIvf ivf ? Math.clamp(ivf.nprobe(), 1, Integer.MAX_VALUE) : 1,
        index instanceof BinaryHnsw hnsw ? hnsw.graph().efSearch() : 1);
  }

  private BinaryIndex(FaissIndex.OfBits index, int nprobe, int ef) {
    this.index = index;
    this.nprobe = positive("nprobe", nprobe);
    this.ef = positive("ef", ef);
  }

  /// Returns the same with another number of lists to look through.
  public BinaryIndex withNprobe(int nprobe) {
    return new BinaryIndex(index, nprobe, ef);
  }

  /// Returns the same with another number of candidates.
  public BinaryIndex withEf(int ef) {
    return new BinaryIndex(index, nprobe, ef);
  }

  /// Returns the number of bits in a vector.
  public int dimension() {
    return index.dimension();
  }

  /// Returns the number of vectors.
  public int size() {
    return index.count();
  }

  /// Returns the `k` vectors nearest to `query`, best first, ties in the order of their ids.
  ///
  /// @param query `[D/8]` bytes
  public List<Hit> search(byte[] query, int k) {
    return search(query, k, id -> true);
  }

  /// Returns the `k` nearest among the vectors whose ids `filter` accepts.
  ///
  /// @param query `[D/8]` bytes
  public List<Hit> search(byte[] query, int k, LongPredicate filter) {
    Hamming distance = distance(query);
    TopK best = new TopK(Metric.L2, positive("k", k));
    switch (index) {
      case BinaryFlat flat -> scan(flat, distance, best, filter);
      case BinaryIvf ivf -> probe(ivf, distance, best, k, filter);
      case BinaryHnsw hnsw -> follow(hnsw, distance, best, k, filter);
    }
    return best.drain();
  }

  /// [#search(byte[], int)] for each of `queries` (`[Q][D/8]`).
  public List<List<Hit>> searchBatch(byte[][] queries, int k) {
    return Arrays.stream(queries).map(query -> search(query, k)).toList();
  }

  /// Returns all vectors that differ in at most `radius` bits, found by comparing all of them: best
  /// first, at most `max`.
  ///
  /// @param query `[D/8]` bytes
  public List<Hit> searchRange(byte[] query, int radius, int max) {
    Hamming distance = distance(query);
    TopK best = new TopK(Metric.L2, positive("max", max));
    switch (index) {
      case BinaryFlat flat -> scan(flat, distance, best, id -> true);
      case BinaryHnsw hnsw -> scan(hnsw.storage(), distance, best, id -> true);
      case BinaryIvf ivf ->
          ivf.lists().lists().forEach(list -> scan(list, distance, best, id -> true));
    }
    return best.drain().stream().filter(hit -> hit.score() <= radius).toList();
  }

  private static void scan(BinaryFlat flat, Hamming distance, TopK best, LongPredicate filter) {
    MemorySegment codes = flat.codes();
    for (int row = 0; row < flat.count(); row++) {
      offer(best, distance.to(codes, row), row, filter);
    }
  }

  private static int scan(Entries list, Hamming distance, TopK best, LongPredicate filter) {
    int taken = 0;
    for (int i = 0; i < list.size(); i++) {
      taken += offer(best, distance.to(list.codes(), i), list.id(i), filter) ? 1 : 0;
    }
    return taken;
  }

  private void probe(BinaryIvf ivf, Hamming distance, TopK best, int k, LongPredicate filter) {
    List<Entries> lists = ivf.lists().lists();
    Near[] order = new Near[lists.size()];
    Arrays.setAll(order, i -> new Near(i, distance.to(ivf.quantizer().codes(), i)));
    Arrays.sort(order);
    long taken = 0;
    for (int i = 0; i < order.length && (i < nprobe || taken < k); i++) {
      taken += scan(lists.get(order[i].row()), distance, best, filter);
    }
  }

  private void follow(BinaryHnsw hnsw, Hamming distance, TopK best, int k, LongPredicate filter) {
    BinaryFlat storage = hnsw.storage();
    int max = Math.min(k, storage.count());
    MemorySegment codes = storage.codes();
    int taken = 0;
    for (Near near :
        GraphSearch.nearest(hnsw.graph(), row -> distance.to(codes, row), Math.max(ef, max))) {
      taken += offer(best, near.distance(), near.row(), filter) ? 1 : 0;
    }
    if (taken < max) {
      best.drain();
      scan(storage, distance, best, filter);
    }
  }

  /// Returns whether this was one of the first `k`, or better than one of them.
  private static boolean offer(TopK best, int distance, long id, LongPredicate filter) {
    if (!best.wants(-distance, id) || !filter.test(id)) {
      return false;
    }
    best.offer(distance, id);
    return true;
  }

  private Hamming distance(byte[] query) {
    if (query.length != index.dimension() / 8) {
      throw new IllegalArgumentException(
          "the query has " + query.length + " bytes, expected " + index.dimension() / 8);
    }
    return new Hamming(query);
  }

  private static int positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", expected 1 or greater");
    }
    return value;
  }
}
