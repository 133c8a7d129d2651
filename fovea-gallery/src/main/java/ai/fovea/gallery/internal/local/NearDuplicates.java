package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.Entry;
import ai.fovea.index.Hit;
import ai.fovea.index.Search;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds images that are nearly the same.
final class NearDuplicates {
  // Of a larger group each image knows some others, and so all hang together.
  private static final int MOST_NEIGHBOURS = 64;

  private final Content content;
  private final long[] ids;
  private final int[] parents;

  private NearDuplicates(Content content) {
    this.content = content;
    this.ids = content.catalog().ids();
    this.parents = new int[ids.length];
    Arrays.setAll(parents, i -> i);
  }

  /// Images that hang together by scores that reach `score`.
  static List<List<Entry>> alike(Content content, float score) {
    NearDuplicates duplicates = new NearDuplicates(content);
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
