package ai.fovea.index.faiss;

import ai.fovea.index.Metric;
import ai.fovea.index.faiss.FaissIndex.BinaryFlat;
import ai.fovea.index.faiss.FaissIndex.BinaryHnsw;
import ai.fovea.index.faiss.FaissIndex.BinaryIvf;
import ai.fovea.index.faiss.FaissIndex.Flat;
import ai.fovea.index.faiss.FaissIndex.Hnsw;
import ai.fovea.index.faiss.FaissIndex.IdMap;
import ai.fovea.index.faiss.FaissIndex.IvfFlat;
import ai.fovea.index.faiss.FaissIndex.OfFloats;
import java.lang.foreign.MemorySegment;

/// Makes a [FaissIndex] of the bytes of a file. Which kind may lie in which bounds the nesting.
final class FaissReader {
  private final FaissInput in;
  private final boolean repair;

  /// What precedes every node's content.
  private record Header(long start, int dimension, long count, Metric metric) {}

  FaissReader(FaissInput in, boolean repair) {
    this.in = in;
    this.repair = repair;
  }

  /// Returns the one node, after which the file must end.
  FaissIndex readAll() {
    long start = in.at();
    String code = in.code("the kind of the index");
    FaissIndex index =
        switch (code) {
          case "IxM2", "IxMp" -> idMap(start, code.equals("IxM2"));
          case "IBxF" -> binaryFlat(start);
          case "IBHf" -> {
            Header header = binaryHeader(start);
            FaissGraph graph = graph();
            BinaryFlat storage = binaryFlat();
            yield agree(header, in.make(start, () -> new BinaryHnsw(graph, storage)));
          }
          case "IBwF" -> binaryIvf(start);
          default -> floats(start, code);
        };
    if (in.left() > 0) {
      throw in.damaged(in.at(), in.left() + " bytes follow after the end of the index");
    }
    return index;
  }

  private OfFloats floats(long start, String code) {
    return switch (code) {
      case "IxFI" -> flat(start, Metric.INNER_PRODUCT);
      case "IxF2" -> flat(start, Metric.L2);
      case "IHNf" -> {
        Header header = header(start);
        FaissGraph graph = graph();
        Flat storage = flat();
        yield agree(header, in.make(start, () -> new Hnsw(graph, storage)));
      }
      case "IwFl" -> ivf(start);
      default -> throw unknown(start, code);
    };
  }

  private IdMap idMap(long start, boolean reverseLookup) {
    Header header = header(start);
    long innerAt = in.at();
    String code = in.code("the kind of the index inside the id map");
    if (code.startsWith("IxM")) {
      throw in.damaged(innerAt, "an id map holds another id map, which nests too deep");
    }
    OfFloats inner = agree(header, floats(innerAt, code));
    long idsAt = in.at();
    MemorySegment ids = in.vec("ids", Long.BYTES);
    if (inner instanceof IvfFlat ivf
        && ids.byteSize() / Long.BYTES == ivf.count()
        && !RowNumbers.areSound(ivf.lists(), ivf.count())) {
      inner = repaired(idsAt, ivf, ids);
    }
    OfFloats sound = inner;
    return in.make(idsAt, () -> new IdMap(sound, ids, reverseLookup));
  }

  private IvfFlat repaired(long idsAt, IvfFlat ivf, MemorySegment ids) {
    String rule =
        "the lists name rows that the id map does not have, or one twice; Faiss leaves such files"
            + " behind when it removes rows from an IVF index inside an id map";
    if (!RowNumbers.areIds(ivf.lists(), ids)) {
      throw in.at(
          idsAt,
          rule + ", here more than once",
          "What belongs together is lost: build the index again");
    }
    if (!repair) {
      throw in.at(idsAt, rule, "It can be repaired with certainty: ask for that (readRepaired)");
    }
    return new IvfFlat(
        ivf.quantizer(), ivf.nprobe(), DirectMap.NONE, RowNumbers.ranked(ivf.lists()));
  }

  private IvfFlat ivf(long start) {
    Header header = header(start);
    long listsCount = in.i64("the number of lists");
    long nprobe = in.i64("nprobe");
    Flat quantizer = flat();
    if (quantizer.metric() != header.metric() || quantizer.dimension() != header.dimension()) {
      throw in.damaged(start, "the centroids are of another metric or dimension than the index");
    }
    sameLists(start, listsCount, quantizer.count());
    DirectMap map = new ListsReader(in).directMap();
    InvertedLists lists =
        new ListsReader(in).lists(quantizer.count(), header.dimension() * (long) Float.BYTES);
    return agree(header, in.make(start, () -> new IvfFlat(quantizer, nprobe, map, lists)));
  }

  private BinaryIvf binaryIvf(long start) {
    Header header = binaryHeader(start);
    long listsCount = in.i64("the number of lists");
    long nprobe = in.i64("nprobe");
    BinaryFlat quantizer = binaryFlat();
    if (quantizer.dimension() != header.dimension()) {
      throw in.damaged(start, "the centroids are of another dimension than the index");
    }
    sameLists(start, listsCount, quantizer.count());
    DirectMap map = new ListsReader(in).directMap();
    InvertedLists lists = new ListsReader(in).lists(quantizer.count(), header.dimension() / 8);
    return agree(header, in.make(start, () -> new BinaryIvf(quantizer, nprobe, map, lists)));
  }

  private void sameLists(long start, long lists, int centroids) {
    if (lists != centroids) {
      throw in.damaged(
          start,
          "there are " + centroids + " centroids for " + Long.toUnsignedString(lists) + " lists");
    }
  }

  private Flat flat() {
    long start = in.at();
    String code = in.code("the kind of the vectors");
    return switch (code) {
      case "IxFI" -> flat(start, Metric.INNER_PRODUCT);
      case "IxF2" -> flat(start, Metric.L2);
      default ->
          throw in.at(
              start,
              "the vectors of an HNSW index, or the centroids of an IVF index, are of kind "
                  + code
                  + ", only flat ones are read (IxFI, IxF2)",
              "Build the index as HNSW or IVF over Flat");
    };
  }

  private Flat flat(long start, Metric metric) {
    Header header = header(start);
    if (header.metric() != metric) {
      throw in.damaged(
          start, "the kind of the index says " + metric + ", its header " + header.metric());
    }
    MemorySegment vectors = in.vec("values", Float.BYTES);
    return agree(header, in.make(start, () -> new Flat(header.dimension(), metric, vectors)));
  }

  private BinaryFlat binaryFlat() {
    long start = in.at();
    String code = in.code("the kind of the vectors");
    if (!code.equals("IBxF")) {
      throw in.at(
          start,
          "the vectors of a binary HNSW index, or the centroids of a binary IVF index, are of kind "
              + code
              + ", only flat ones are read (IBxF)",
          "Build the index as BHNSW or BIVF over flat vectors");
    }
    return binaryFlat(start);
  }

  private BinaryFlat binaryFlat(long start) {
    Header header = binaryHeader(start);
    MemorySegment codes = in.vec("bytes", 1);
    return agree(header, in.make(start, () -> new BinaryFlat(header.dimension(), codes)));
  }

  private FaissGraph graph() {
    long start = in.at();
    MemorySegment shares = in.vec("shares of levels", Double.BYTES);
    MemorySegment cumulative = in.vec("places by level", Integer.BYTES);
    MemorySegment levels = in.vec("levels", Integer.BYTES);
    MemorySegment offsets = in.vec("offsets", Long.BYTES);
    MemorySegment neighbours = in.vec("neighbours", Integer.BYTES);
    int entryPoint = in.i32("the entry point");
    int maxLevel = in.i32("the highest level");
    int efConstruction = in.i32("efConstruction");
    int efSearch = in.i32("efSearch");
    in.i32("a number without meaning");
    return in.make(
        start,
        () ->
            new FaissGraph(
                shares,
                cumulative,
                levels,
                offsets,
                neighbours,
                entryPoint,
                maxLevel,
                efConstruction,
                efSearch));
  }

  private Header header(long start) {
    int dimension = in.i32("the dimension");
    long count = in.i64("the number of vectors");
    in.i64("a number without meaning");
    in.i64("a number without meaning");
    int trained = in.u8("the mark of training");
    int metric = in.i32("the metric");
    if (metric != 0 && metric != 1) {
      throw in.at(
          start,
          "metric " + metric + ", only 0 (inner product) and 1 (squared distance) are read",
          "Build the index with one of these");
    }
    return header(start, dimension, count, trained, metric == 0 ? Metric.INNER_PRODUCT : Metric.L2);
  }

  private Header binaryHeader(long start) {
    int dimension = in.i32("the dimension");
    int codeSize = in.i32("the bytes of a vector");
    long count = in.i64("the number of vectors");
    int trained = in.u8("the mark of training");
    int metric = in.i32("the metric");
    if (dimension % 8 != 0 || codeSize != dimension / 8) {
      throw in.damaged(start, dimension + " bits in " + codeSize + " bytes");
    }
    if (metric != 1) {
      throw in.damaged(start, "metric " + metric + " of a binary index, expected 1");
    }
    return header(start, dimension, count, trained, Metric.L2);
  }

  private Header header(long start, int dimension, long count, int trained, Metric metric) {
    if (dimension < 1 || dimension > 1 << 24) {
      throw in.damaged(start, "dimension " + dimension + ", expected 1 to " + (1 << 24));
    }
    if (count < 0) {
      throw in.damaged(start, count + " vectors, expected 0 or more");
    }
    if (trained != 1) {
      throw in.at(start, "the index was never trained", "Train it and add vectors, then save it");
    }
    return new Header(start, dimension, count, metric);
  }

  private <T extends FaissIndex> T agree(Header header, T index) {
    if (index.dimension() != header.dimension() || index.count() != header.count()) {
      throw in.damaged(
          header.start(),
          "the header says "
              + header.count()
              + " vectors of dimension "
              + header.dimension()
              + ", what follows holds "
              + index.count()
              + " of "
              + index.dimension());
    }
    if (index instanceof OfFloats floats && floats.metric() != header.metric()) {
      throw in.damaged(
          header.start(),
          "the header says " + header.metric() + ", what follows " + floats.metric());
    }
    return index;
  }

  private FaissException unknown(long start, String code) {
    boolean faiss = code.startsWith("I");
    return in.at(
        start,
        (faiss ? "an index of kind " : "not a Faiss index: it starts with ")
            + code
            + ", which is not read here",
        faiss
            ? "Build it as Flat, IVF (flat) or HNSW (flat), over floats with or without an id map,"
                + " or over bits"
            : "Name the file vector.index of a gallery");
  }
}
