package ai.fovea.index.faiss;

import ai.fovea.index.IndexSettings;
import ai.fovea.index.Metric;
import ai.fovea.index.VectorIndex;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.function.IntFunction;

/// An index as it lies in a Faiss file.
///
/// Large tables are views of the file's bytes, in its order (little-endian, not aligned), not
/// copies: an index of a million rows takes no Java heap. Everything is checked when the object is
/// made, whether from a file or by hand.
///
/// Immutable, for any number of threads. The bytes must not change meanwhile.
public sealed interface FaissIndex {

  /// Returns the number of values in each vector; in bits, of bits.
  int dimension();

  /// Returns the number of vectors.
  int count();

  /// Reads a file. Up to 64 MiB it is copied to memory, a larger one is mapped: it must then stay
  /// as it is while the index is used (replace it by renaming, never in place).
  ///
  /// @throws FaissException for a file that breaks a rule, or of a kind that is not read here
  static FaissIndex read(Path file) throws IOException {
    return FaissFiles.read(file, false);
  }

  /// Reads what `bytes` hold; `name` names them in errors.
  ///
  /// @throws FaissException as for [#read(Path)]
  static FaissIndex read(String name, MemorySegment bytes) {
    return new FaissReader(new FaissInput(name, bytes), false).readAll();
  }

  /// Like [#read(Path)], but repairs a file in which Faiss has removed rows from an IVF index
  /// inside an id map. Faiss then compacts the map and leaves the old row numbers in the lists, so
  /// that hits get the ids of other rows, or none. The numbers are set right where that is certain:
  /// where they are, as a set, the ids that the map kept, which is so after one removal from rows
  /// that were numbered from 0. In all other cases the file is refused. A sound file is read as it
  /// is.
  static FaissIndex readRepaired(Path file) throws IOException {
    return FaissFiles.read(file, true);
  }

  /// [#readRepaired(Path)] of what `bytes` hold.
  static FaissIndex readRepaired(String name, MemorySegment bytes) {
    return new FaissReader(new FaissInput(name, bytes), true).readAll();
  }

  /// Makes an index over vectors with ids, for Faiss to read: flat, IVF or HNSW, inside an id map.
  /// What the settings say of quantisation does not apply. An IVF index of too few vectors to be
  /// trained on has one list.
  ///
  /// @param vectors gives vector `i` (`[D]`) of `ids[i]`
  static IdMap build(
      IndexSettings settings,
      int dimension,
      Metric metric,
      long[] ids,
      IntFunction<float[]> vectors) {
    return Conversion.build(settings, dimension, metric, ids, vectors);
  }

  /// Writes the index byte for byte as Faiss does. A crash at any moment leaves the old file or the
  /// new one.
  default void write(Path file) throws IOException {
    FaissFiles.write(this, file);
  }

  /// Writes the index byte for byte as Faiss does.
  default void write(WritableByteChannel to) throws IOException {
    try (FaissOutput out = new FaissOutput(to)) {
      new FaissWriter(out).write(this);
    }
  }

  /// An index over floats.
  sealed interface OfFloats extends FaissIndex {
    /// Returns how vectors are compared.
    Metric metric();

    /// Returns the rows with their ids: the map's, the lists', or their numbers.
    default FaissRows rows() {
      return FaissRows.of(this);
    }

    /// Returns the same as an index of this project, which can be changed: a flat one copied, an
    /// IVF one with these lists and this `nprobe`, an HNSW one with this graph and this `ef`, over
    /// these bytes.
    ///
    /// @throws IllegalArgumentException for an id that is negative or there twice, or a bad vector
    default VectorIndex toVectorIndex() {
      return Conversion.of(this);
    }
  }

  /// An index over bits, compared by the Hamming distance; [BinaryIndex] searches it.
  sealed interface OfBits extends FaissIndex {}

  /// All vectors one after another; their ids are their numbers.
  ///
  /// @param vectors `[N,D]` little-endian floats
  record Flat(int dimension, Metric metric, MemorySegment vectors) implements OfFloats {
    /// Checks the sizes.
    public Flat {
      checkDimension(dimension);
      LittleEndian.count("the vectors", vectors, (long) dimension * Float.BYTES);
    }

    /// Returns a flat index of `[N][D]` vectors.
    public static Flat of(int dimension, Metric metric, float[][] vectors) {
      checkDimension(dimension);
      return new Flat(dimension, metric, LittleEndian.of(dimension, vectors));
    }

    @Override
    public int count() {
      return (int) (vectors.byteSize() / Float.BYTES / dimension);
    }

    /// Returns a copy of vector `row`, `[D]`.
    public float[] vector(int row) {
      return LittleEndian.row(vectors, dimension, row);
    }
  }

  /// Another index whose rows have ids of their own.
  ///
  /// @param inner flat, HNSW or IVF
  /// @param ids int64 for each row of `inner`
  /// @param reverseLookup whether Faiss shall build a table from ids to rows when it reads the file
  ///     (`IxM2`, not `IxMp`)
  record IdMap(OfFloats inner, MemorySegment ids, boolean reverseLookup) implements OfFloats {
    /// Checks that there are as many ids as rows, and that the lists of an IVF index name each row
    /// once.
    public IdMap {
      if (inner instanceof IdMap) {
        throw new IllegalArgumentException("an id map holds another id map, which nests too deep");
      }
      int count = LittleEndian.count("the ids", ids, Long.BYTES);
      if (count != inner.count()) {
        throw new IllegalArgumentException(
            "the id map has " + count + " ids for " + inner.count() + " rows");
      }
      if (inner instanceof IvfFlat ivf) {
        RowNumbers.check(ivf.lists(), count);
      }
    }

    /// Returns an id map over a flat, HNSW or IVF index, as
    /// [#IdMap(OfFloats, MemorySegment, boolean)] with `true`.
    public static IdMap of(OfFloats inner, long[] ids) {
      return new IdMap(inner, LittleEndian.of(ids), true);
    }

    @Override
    public int dimension() {
      return inner.dimension();
    }

    @Override
    public Metric metric() {
      return inner.metric();
    }

    @Override
    public int count() {
      return inner.count();
    }

    /// Returns the id of a row.
    public long id(int row) {
      return LittleEndian.longAt(ids, row);
    }
  }

  /// A graph over a flat index.
  record Hnsw(FaissGraph graph, Flat storage) implements OfFloats {
    /// Checks that both have as many rows.
    public Hnsw {
      same(graph, storage);
    }

    @Override
    public int dimension() {
      return storage.dimension();
    }

    @Override
    public Metric metric() {
      return storage.metric();
    }

    @Override
    public int count() {
      return storage.count();
    }
  }

  /// Lists of the rows nearest to each of several centroids.
  ///
  /// @param quantizer the centroids; none where the index was not trained
  /// @param nprobe how many lists a search looks through
  /// @param lists one for each centroid; empty in an index without lists (`il00`)
  record IvfFlat(Flat quantizer, long nprobe, DirectMap directMap, InvertedLists lists)
      implements OfFloats {
    /// Checks that there is a list for each centroid.
    public IvfFlat {
      same(quantizer.count(), lists, quantizer.dimension() * Float.BYTES);
    }

    @Override
    public int dimension() {
      return quantizer.dimension();
    }

    @Override
    public Metric metric() {
      return quantizer.metric();
    }

    @Override
    public int count() {
      return (int) lists.rows();
    }
  }

  /// All vectors one after another; their ids are their numbers.
  ///
  /// @param dimension bits of a vector, a multiple of 8
  /// @param codes `[N,D/8]`
  record BinaryFlat(int dimension, MemorySegment codes) implements OfBits {
    /// Checks the sizes.
    public BinaryFlat {
      checkDimension(dimension);
      if (dimension % 8 != 0) {
        throw new IllegalArgumentException(
            "vectors of " + dimension + " bits, expected a multiple of 8");
      }
      LittleEndian.count("the vectors", codes, dimension / 8);
    }

    @Override
    public int count() {
      return (int) (codes.byteSize() * 8 / dimension);
    }
  }

  /// A graph over a flat index.
  record BinaryHnsw(FaissGraph graph, BinaryFlat storage) implements OfBits {
    /// Checks that both have as many rows.
    public BinaryHnsw {
      same(graph, storage);
    }

    @Override
    public int dimension() {
      return storage.dimension();
    }

    @Override
    public int count() {
      return storage.count();
    }
  }

  /// Lists of the rows nearest to each of several centroids.
  ///
  /// @param quantizer the centroids; none where the index was not trained
  /// @param nprobe how many lists a search looks through
  /// @param lists one for each centroid; empty in an index without lists (`il00`)
  record BinaryIvf(BinaryFlat quantizer, long nprobe, DirectMap directMap, InvertedLists lists)
      implements OfBits {
    /// Checks that there is a list for each centroid.
    public BinaryIvf {
      same(quantizer.count(), lists, quantizer.dimension() / 8);
    }

    @Override
    public int dimension() {
      return quantizer.dimension();
    }

    @Override
    public int count() {
      return (int) lists.rows();
    }
  }

  private static void checkDimension(int dimension) {
    if (dimension < 1 || dimension > 1 << 24) {
      throw new IllegalArgumentException("dimension " + dimension + ", expected 1 to " + (1 << 24));
    }
  }

  private static void same(FaissGraph graph, FaissIndex storage) {
    if (graph.rows() != storage.count()) {
      throw new IllegalArgumentException(
          "the graph is of " + graph.rows() + " rows, the vectors are " + storage.count());
    }
  }

  private static void same(int centroids, InvertedLists lists, int codeSize) {
    boolean none = lists.lists().isEmpty();
    if (!none && lists.lists().size() != centroids) {
      throw new IllegalArgumentException(
          "there are " + lists.lists().size() + " lists for " + centroids + " centroids");
    }
    if (!none && lists.codeSize() != codeSize) {
      throw new IllegalArgumentException(
          "rows in lists take " + lists.codeSize() + " bytes, vectors take " + codeSize);
    }
    if (lists.rows() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("more than 2^31 rows");
    }
  }
}
