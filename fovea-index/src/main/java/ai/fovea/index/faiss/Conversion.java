package ai.fovea.index.faiss;

import ai.fovea.index.HnswContents;
import ai.fovea.index.HnswIndex;
import ai.fovea.index.IndexSettings;
import ai.fovea.index.IvfContents;
import ai.fovea.index.IvfIndex;
import ai.fovea.index.Metric;
import ai.fovea.index.Quantization;
import ai.fovea.index.VectorCheck;
import ai.fovea.index.VectorIndex;
import ai.fovea.index.faiss.FaissIndex.Flat;
import ai.fovea.index.faiss.FaissIndex.Hnsw;
import ai.fovea.index.faiss.FaissIndex.IdMap;
import ai.fovea.index.faiss.FaissIndex.IvfFlat;
import ai.fovea.index.faiss.FaissIndex.OfFloats;
import ai.fovea.index.faiss.InvertedLists.Entries;
import ai.fovea.index.internal.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Makes indexes of Faiss' and Faiss' of indexes.
final class Conversion {
  private static final int BATCH = 4096;

  private Conversion() {}

  static VectorIndex of(OfFloats index) {
    return switch (index) {
      case IdMap map when map.inner() instanceof IvfFlat ivf ->
          lists(ivf, number -> map.id((int) number));
      case IvfFlat ivf -> lists(ivf, number -> number);
      case IdMap map when map.inner() instanceof Hnsw hnsw -> graph(hnsw, map.rows());
      case Hnsw hnsw -> graph(hnsw, hnsw.rows());
      default -> added(index, IndexSettings.FLAT);
    };
  }

  private static VectorIndex added(OfFloats from, IndexSettings settings) {
    VectorIndex to = VectorIndex.create(settings, from.dimension(), from.metric());
    FaissRows rows = from.rows();
    for (int first = 0; first < rows.count(); first += BATCH) {
      int count = Math.min(BATCH, rows.count() - first);
      long[] ids = new long[count];
      float[][] vectors = new float[count][];
      for (int i = 0; i < count; i++) {
        ids[i] = rows.id(first + i);
        vectors[i] = rows.vector(first + i);
      }
      to.addAll(ids, vectors);
    }
    return to;
  }

  private static VectorIndex graph(Hnsw hnsw, FaissRows rows) {
    FaissGraph graph = hnsw.graph();
    long[] ids = new long[rows.count()];
    for (int row = 0; row < ids.length; row++) {
      int number = row;
      ids[row] = rows.id(row);
      VectorCheck.problem(rows.vector(row), hnsw.dimension())
          .ifPresent(problem -> {
            throw new IllegalArgumentException("vector of id " + ids[number] + ": " + problem);
          });
    }
    IndexSettings.Hnsw settings =
        new IndexSettings.Hnsw(
            GraphConversion.links(graph),
            graph.efConstruction(),
            graph.efSearch(),
            Quantization.NONE);
    return new HnswIndex(
        settings,
        hnsw.dimension(),
        hnsw.metric(),
        GraphConversion.contents(graph, ids, floats(hnsw.storage().vectors())));
  }

  private static VectorIndex lists(IvfFlat ivf, LongUnaryOperator idOf) {
    List<long[]> ids = new ArrayList<>();
    List<MemorySegment> vectors = new ArrayList<>();
    for (Entries list : ivf.lists().lists()) {
      long[] own = new long[list.size()];
      for (int row = 0; row < own.length; row++) {
        own[row] = idOf.applyAsLong(list.id(row));
      }
      ids.add(own);
      vectors.add(floats(list.codes()));
    }
    if (ids.isEmpty()) {
      return added(ivf, IndexSettings.FLAT);
    }
    int nprobe = (int) Math.clamp(ivf.nprobe(), 1L, ids.size());
    return IvfIndex.of(
        new IndexSettings.Ivf(ids.size(), nprobe, Quantization.NONE),
        ivf.dimension(),
        ivf.metric(),
        new IvfContents(floats(ivf.quantizer().vectors()), ivf.count(), ids, vectors));
  }

  static IdMap build(
      IndexSettings settings,
      int dimension,
      Metric metric,
      long[] ids,
      IntFunction<float[]> vectors) {
    OfFloats inner =
        switch (settings) {
          case IndexSettings.Flat flat -> flat(dimension, metric, ids.length, vectors);
          case IndexSettings.Ivf ivf -> ivf(ivf, dimension, metric, ids.length, vectors);
          case IndexSettings.Hnsw hnsw -> {
            Flat storage = flat(dimension, metric, ids.length, vectors);
            HnswContents linked =
                HnswContents.link(hnsw, dimension, metric, ids, floats(storage.vectors()));
            yield new Hnsw(
                GraphConversion.graph(linked, hnsw.efConstruction(), hnsw.efSearch()), storage);
          }
        };
    return IdMap.of(inner, ids);
  }

  private static Flat flat(int dimension, Metric metric, int rows, IntFunction<float[]> vectors) {
    long bytes = (long) rows * dimension * Float.BYTES;
    MemorySegment table =
        NativeMemory.allocate(Arena.ofAuto(), Math.max(1, bytes)).asSlice(0, bytes);
    for (int row = 0; row < rows; row++) {
      float[] vector = vectors.apply(row);
      MemorySegment.copy(
          vector, 0, table, LittleEndian.FLOAT, (long) row * dimension * Float.BYTES, dimension);
    }
    return new Flat(dimension, metric, table);
  }

  private static IvfFlat ivf(
      IndexSettings.Ivf settings,
      int dimension,
      Metric metric,
      int rows,
      IntFunction<float[]> vectors) {
    try (IvfIndex index = new IvfIndex(settings, dimension, metric)) {
      // All at once, so that the lists are trained on all.
      index.addAll(
          LongStream.range(0, rows).toArray(),
          IntStream.range(0, rows).mapToObj(vectors).toArray(float[][]::new));
      IvfContents contents = index.contents();
      List<Entries> lists = new ArrayList<>();
      for (int list = 0; list < contents.ids().size(); list++) {
        lists.add(
            new Entries(
                floats(contents.vectors().get(list)), LittleEndian.of(contents.ids().get(list))));
      }
      boolean trained = contents.middles().byteSize() > 0;
      // Too few vectors to be trained on: one list, of whatever centroid.
      Flat quantizer =
          trained
              ? new Flat(dimension, metric, floats(contents.middles()))
              : Flat.of(dimension, metric, new float[1][dimension]);
      return new IvfFlat(
          quantizer,
          Math.min(settings.nprobe(), lists.size()),
          DirectMap.NONE,
          new InvertedLists(dimension * Float.BYTES, lists));
    }
  }

  /// Floats of the file's order in the machine's, or the other way round.
  private static MemorySegment floats(MemorySegment from) {
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      return from;
    }
    MemorySegment to = NativeMemory.allocate(Arena.ofAuto(), Math.max(1, from.byteSize()));
    for (long at = 0; at < from.byteSize(); at += Float.BYTES) {
      to.set(LittleEndian.INT, at, Integer.reverseBytes(from.get(LittleEndian.INT, at)));
    }
    return to.asSlice(0, from.byteSize());
  }
}
