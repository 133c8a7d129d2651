package ai.fovea.index;

import java.util.BitSet;

/// Which rows of a graph can be reached from its entry on level 0. For one thread, beside no
/// change.
final class HnswReach {
  private final HnswGraph graph;
  private final BitSet reached = new BitSet();
  private final int[] list;

  private HnswReach(HnswGraph graph) {
    this.graph = graph;
    this.list = new int[2 * graph.m() + 1];
  }

  /// Returns the rows that can be reached.
  static BitSet of(HnswGraph graph) {
    return new HnswReach(graph).walk(false);
  }

  /// Makes a graph that was linked elsewhere, or before rows had anchors, one in which they have
  /// (see [HnswBuilder]): the anchor of each row is the one over which it is reached first. The
  /// rows that can be reached then.
  static BitSet anchor(HnswGraph graph) {
    return new HnswReach(graph).walk(true);
  }

  private BitSet walk(boolean anchoring) {
    int entry = graph.entry().row();
    int[] order = new int[graph.end()];
    int[] over = new int[anchoring ? graph.end() : 0];
    int found = 0;
    if (entry >= 0) {
      reached.set(entry);
      order[found++] = entry;
    }
    for (int at = 0; at < found; at++) {
      int row = order[at];
      int count = graph.read(row, 0, list);
      if (anchoring) {
        count = distinct(count);
        count = row == entry ? count : lead(over[row], count);
        graph.set(row, 0, list, count);
      }
      for (int i = 0; i < count; i++) {
        int link = list[i];
        if (!reached.get(link)) {
          reached.set(link);
          order[found++] = link;
          if (anchoring) {
            over[link] = row;
          }
        }
      }
    }
    return reached;
  }

  /// Returns each link once: two equal ones at the front would make the row a copy.
  private int distinct(int count) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      boolean seen = false;
      for (int j = 0; j < kept; j++) {
        seen |= list[j] == list[i];
      }
      if (!seen) {
        list[kept++] = list[i];
      }
    }
    return kept;
  }

  /// Puts the anchor to the front, in the place of the last link where there is no other; how many
  /// links there are then.
  private int lead(int anchor, int count) {
    int at = 0;
    while (at < count && list[at] != anchor) {
      at++;
    }
    at = Math.min(at, graph.width(0) - 1);
    list[at] = list[0];
    list[0] = anchor;
    return Math.max(count, at + 1);
  }
}
