package ai.fovea.index.faiss;

import java.util.BitSet;
import java.util.PriorityQueue;
import java.util.function.IntUnaryOperator;

/// Finds rows near to a query by walking a [FaissGraph]: greedily down through the levels above 0,
/// then best first on level 0 with as many candidates as asked for (Malkov and Yashunin, "Efficient
/// and robust approximate nearest neighbor search using hierarchical navigable small world graphs",
/// algorithms 2 and 5).
final class GraphSearch {
  /// A row and how far it is; of equal distances the smaller number is the nearer.
  record Near(int row, int distance) implements Comparable<Near> {
    @Override
    public int compareTo(Near other) {
      return distance != other.distance
          ? Integer.compare(distance, other.distance)
          : Integer.compare(row, other.row);
    }
  }

  private GraphSearch() {}

  /// Returns the up to `ef` rows that were found to be nearest, in no order.
  ///
  /// @param distance of a row
  static Iterable<Near> nearest(FaissGraph graph, IntUnaryOperator distance, int ef) {
    PriorityQueue<Near> kept = new PriorityQueue<>((a, b) -> b.compareTo(a));
    if (graph.rows() == 0) {
      return kept;
    }
    int[] neighbours = new int[graph.places(0)];
    Near start = descend(graph, distance);
    BitSet seen = new BitSet(graph.rows());
    PriorityQueue<Near> open = new PriorityQueue<>();
    seen.set(start.row());
    open.add(start);
    kept.add(start);
    while (!open.isEmpty()) {
      Near at = open.remove();
      if (kept.size() >= ef && worst(kept).compareTo(at) < 0) {
        break;
      }
      int count = graph.neighbours(at.row(), 0, neighbours);
      for (int i = 0; i < count; i++) {
        int row = neighbours[i];
        if (seen.get(row)) {
          continue;
        }
        seen.set(row);
        Near found = new Near(row, distance.applyAsInt(row));
        if (kept.size() < ef || found.compareTo(worst(kept)) < 0) {
          open.add(found);
          kept.add(found);
          if (kept.size() > ef) {
            kept.remove();
          }
        }
      }
    }
    return kept;
  }

  private static Near worst(PriorityQueue<Near> kept) {
    return kept.element();
  }

  private static Near descend(FaissGraph graph, IntUnaryOperator distance) {
    Near at = new Near(graph.entryPoint(), distance.applyAsInt(graph.entryPoint()));
    for (int level = graph.maxLevel(); level > 0; level--) {
      int[] neighbours = new int[graph.places(level)];
      boolean moved = true;
      while (moved) {
        moved = false;
        int count = graph.neighbours(at.row(), level, neighbours);
        for (int i = 0; i < count; i++) {
          Near next = new Near(neighbours[i], distance.applyAsInt(neighbours[i]));
          if (next.compareTo(at) < 0) {
            at = next;
            moved = true;
          }
        }
      }
    }
    return at;
  }
}
