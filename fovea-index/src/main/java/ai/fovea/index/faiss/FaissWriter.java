package ai.fovea.index.faiss;

import ai.fovea.index.Metric;
import ai.fovea.index.faiss.FaissIndex.BinaryFlat;
import ai.fovea.index.faiss.FaissIndex.BinaryHnsw;
import ai.fovea.index.faiss.FaissIndex.BinaryIvf;
import ai.fovea.index.faiss.FaissIndex.Flat;
import ai.fovea.index.faiss.FaissIndex.Hnsw;
import ai.fovea.index.faiss.FaissIndex.IdMap;
import ai.fovea.index.faiss.FaissIndex.IvfFlat;
import ai.fovea.index.faiss.FaissIndex.OfBits;
import ai.fovea.index.faiss.FaissIndex.OfFloats;
import ai.fovea.index.faiss.InvertedLists.Entries;
import java.io.IOException;
import java.util.List;

/// Writes a [FaissIndex] as Faiss does.
final class FaissWriter {
  private static final long WITHOUT_MEANING = 1 << 20;

  private final FaissOutput out;

  FaissWriter(FaissOutput out) {
    this.out = out;
  }

  void write(FaissIndex index) throws IOException {
    switch (index) {
      case Flat flat -> {
        header(flat.metric() == Metric.INNER_PRODUCT ? "IxFI" : "IxF2", flat);
        out.vec(flat.vectors(), Float.BYTES);
      }
      case IdMap map -> {
        header(map.reverseLookup() ? "IxM2" : "IxMp", map);
        write(map.inner());
        out.vec(map.ids(), Long.BYTES);
      }
      case Hnsw hnsw -> {
        header("IHNf", hnsw);
        graph(hnsw.graph());
        write(hnsw.storage());
      }
      case IvfFlat ivf -> {
        header("IwFl", ivf);
        lists(ivf.quantizer(), ivf.nprobe(), ivf.directMap(), ivf.lists());
      }
      case BinaryFlat flat -> {
        header("IBxF", flat);
        out.vec(flat.codes(), 1);
      }
      case BinaryHnsw hnsw -> {
        header("IBHf", hnsw);
        graph(hnsw.graph());
        write(hnsw.storage());
      }
      case BinaryIvf ivf -> {
        header("IBwF", ivf);
        lists(ivf.quantizer(), ivf.nprobe(), ivf.directMap(), ivf.lists());
      }
    }
  }

  private void header(String code, OfFloats index) throws IOException {
    out.code(code);
    out.i32(index.dimension());
    out.i64(index.count());
    out.i64(WITHOUT_MEANING);
    out.i64(WITHOUT_MEANING);
    out.u8(1);
    out.i32(index.metric() == Metric.INNER_PRODUCT ? 0 : 1);
  }

  private void header(String code, OfBits index) throws IOException {
    out.code(code);
    out.i32(index.dimension());
    out.i32(index.dimension() / 8);
    out.i64(index.count());
    out.u8(1);
    out.i32(1);
  }

  private void graph(FaissGraph graph) throws IOException {
    out.vec(graph.shares(), Double.BYTES);
    out.vec(graph.cumulative(), Integer.BYTES);
    out.vec(graph.levels(), Integer.BYTES);
    out.vec(graph.offsets(), Long.BYTES);
    out.vec(graph.neighbours(), Integer.BYTES);
    out.i32(graph.entryPoint());
    out.i32(graph.maxLevel());
    out.i32(graph.efConstruction());
    out.i32(graph.efSearch());
    out.i32(1);
  }

  private void lists(FaissIndex quantizer, long nprobe, DirectMap map, InvertedLists lists)
      throws IOException {
    out.i64(quantizer.count());
    out.i64(nprobe);
    write(quantizer);
    out.u8(map.kind().code());
    out.vec(map.array(), Long.BYTES);
    if (map.kind() == DirectMap.Kind.TABLE) {
      out.vec(map.table(), 2 * Long.BYTES);
    }
    if (lists.lists().isEmpty() && quantizer.count() > 0) {
      out.code("il00");
      return;
    }
    out.code("ilar");
    out.i64(lists.lists().size());
    out.i64(lists.codeSize());
    sizes(lists.lists());
    for (Entries list : lists.lists()) {
      out.bytes(list.codes());
      out.bytes(list.ids());
    }
  }

  private void sizes(List<Entries> lists) throws IOException {
    long filled = lists.stream().filter(list -> list.size() > 0).count();
    if (filled > lists.size() / 2) {
      out.code("full");
      out.i64(lists.size());
      for (Entries list : lists) {
        out.i64(list.size());
      }
      return;
    }
    out.code("sprs");
    out.i64(2 * filled);
    for (int i = 0; i < lists.size(); i++) {
      if (lists.get(i).size() > 0) {
        out.i64(i);
        out.i64(lists.get(i).size());
      }
    }
  }
}
