package ai.fovea.index.faiss;

import ai.fovea.index.HnswContents;
import ai.fovea.index.internal.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Graphs in Faiss' layout and in that of [HnswContents].
final class GraphConversion {
  // A level that so few rows would reach is left out of the tables.
  private static final double SMALLEST_SHARE = 1e-9;

  private GraphConversion() {}

  /// Returns the links of a row above level 0 for which there is room.
  static int links(FaissGraph graph) {
    int links = Math.ceilDiv(graph.places(0), 2);
    for (int level = 1; level <= graph.maxLevel(); level++) {
      links = Math.max(links, graph.places(level));
    }
    return links;
  }

  /// Returns the graph over `vectors`, which are in the machine's order.
  static HnswContents contents(FaissGraph graph, long[] ids, MemorySegment vectors) {
    int m = links(graph);
    int rows = graph.rows();
    if (rows == 0) {
      return new HnswContents(m, ids, vectors, new byte[0], MemorySegment.NULL, new int[0], -1);
    }
    byte[] levels = new byte[rows];
    long lists = 0;
    for (int row = 0; row < rows; row++) {
      levels[row] = (byte) (graph.levels(row) - 1);
      lists += levels[row];
    }
    MemorySegment lowest = NativeMemory.allocate(Arena.ofAuto(), 2L * m * Integer.BYTES * rows);
    int[] upper = new int[Math.toIntExact(lists * m)];
    int[] links = new int[2 * m];
    int at = 0;
    for (int row = 0; row < rows; row++) {
      int count = graph.neighbours(row, 0, links);
      for (int i = 0; i < 2 * m; i++) {
        lowest.setAtIndex(ValueLayout.JAVA_INT, 2L * m * row + i, i < count ? links[i] : -1);
      }
      for (int level = 1; level <= levels[row]; level++, at += m) {
        count = graph.neighbours(row, level, links);
        for (int i = 0; i < m; i++) {
          upper[at + i] = i < count ? links[i] : -1;
        }
      }
    }
    return new HnswContents(m, ids, vectors, levels, lowest, upper, graph.entryPoint());
  }

  /// Returns the graph of `contents` as Faiss keeps it.
  static FaissGraph graph(HnswContents contents, int efConstruction, int efSearch) {
    int m = contents.m();
    int rows = contents.ids().length;
    int maxLevel = contents.entry() < 0 ? -1 : contents.levels()[contents.entry()];
    MemorySegment shares = shares(m, maxLevel);
    int steps = (int) (shares.byteSize() / Double.BYTES);
    int[] cumulative = new int[steps + 1];
    for (int level = 0; level < steps; level++) {
      cumulative[level + 1] = cumulative[level] + (level == 0 ? 2 * m : m);
    }
    int[] levels = new int[rows];
    long[] offsets = new long[rows + 1];
    for (int row = 0; row < rows; row++) {
      levels[row] = contents.levels()[row] + 1;
      offsets[row + 1] = offsets[row] + cumulative[levels[row]];
    }
    long bytes = offsets[rows] * Integer.BYTES;
    MemorySegment neighbours =
        NativeMemory.allocate(Arena.ofAuto(), Math.max(1, bytes)).asSlice(0, bytes);
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < 2 * m; i++) {
        int link = contents.lowest().getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, 2L * m * row + i);
        neighbours.set(LittleEndian.INT, (offsets[row] + i) * Integer.BYTES, link);
      }
      for (int i = 2 * m; i < cumulative[levels[row]]; i++) {
        neighbours.set(
            LittleEndian.INT, (offsets[row] + i) * Integer.BYTES, contents.upper()[at++]);
      }
    }
    return new FaissGraph(
        shares,
        LittleEndian.of(cumulative),
        LittleEndian.of(levels),
        LittleEndian.of(offsets),
        neighbours,
        contents.entry(),
        maxLevel,
        efConstruction,
        efSearch);
  }

  /// Returns what share of rows ends at each level: of those that reach it all but one in `m`.
  private static MemorySegment shares(int m, int maxLevel) {
    List<Double> shares = new ArrayList<>();
    double share = 1 - 1.0 / m;
    for (int level = 0; share >= SMALLEST_SHARE || level <= maxLevel; level++) {
      shares.add(share);
      share /= m;
    }
    MemorySegment out = MemorySegment.ofArray(new byte[shares.size() * Double.BYTES]);
    for (int level = 0; level < shares.size(); level++) {
      out.set(LittleEndian.DOUBLE, (long) level * Double.BYTES, shares.get(level));
    }
    return out;
  }
}
