package ai.fovea.gallery;

import ai.fovea.index.Hit;
import ai.fovea.index.Search;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds pictures that are the same, or nearly so.
final class Duplicates {
  // Of a larger group each picture knows some others, and so all hang together.
  private static final int MOST_NEIGHBOURS = 64;

  private final Content content;
  private final long[] ids;
  private final int[] parents;

  private Duplicates(Content content) {
    this.content = content;
    this.ids = content.catalog().ids();
    this.parents = new int[ids.length];
    Arrays.setAll(parents, i -> i);
  }

  /// Pictures with equal vectors.
  static List<List<Entry>> equal(Content content) {
    Duplicates duplicates = new Duplicates(content);
    Map<Integer, List<Integer>> byHash = new HashMap<>();
    for (int i = 0; i < duplicates.ids.length; i++) {
      float[] vector = content.index().vector(duplicates.ids[i]);
      List<Integer> alike =
          byHash.computeIfAbsent(Arrays.hashCode(vector), hash -> new ArrayList<>(1));
      boolean known = false;
      for (int other : alike) {
        if (Arrays.equals(vector, content.index().vector(duplicates.ids[other]))) {
          duplicates.join(i, other);
          known = true;
          break;
        }
      }
      if (!known) {
        alike.add(i);
      }
    }
    return duplicates.groups();
  }

  /// Pictures that hang together by scores that reach `score`.
  static List<List<Entry>> alike(Content content, float score) {
    Duplicates duplicates = new Duplicates(content);
    Search search = Search.of(MOST_NEIGHBOURS);
    for (int i = 0; i < duplicates.ids.length; i++) {
      float[] vector = content.index().vector(duplicates.ids[i]);
      for (Hit hit : content.index().searchRange(vector, score, search)) {
        int other = Arrays.binarySearch(duplicates.ids, hit.id());
        if (other >= 0) {
          duplicates.join(i, other);
        }
      }
    }
    return duplicates.groups();
  }

  private void join(int a, int b) {
    int first = root(a);
    int second = root(b);
    parents[Math.max(first, second)] = Math.min(first, second);
  }

  private int root(int of) {
    int at = of;
    while (parents[at] != at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  }

  private List<List<Entry>> groups() {
    int[] sizes = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      sizes[root(i)]++;
    }
    Map<Integer, List<Entry>> groups = new HashMap<>();
    List<List<Entry>> all = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      int root = root(i);
      Entry entry = sizes[root] > 1 ? content.catalog().find(ids[i]) : null;
      if (entry != null) {
        groups
            .computeIfAbsent(
                root,
                r -> {
                  List<Entry> group = new ArrayList<>();
                  all.add(group);
                  return group;
                })
            .add(entry);
      }
    }
    return all.stream().filter(group -> group.size() > 1).map(List::copyOf).toList();
  }
}
