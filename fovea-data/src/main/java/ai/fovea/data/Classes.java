package ai.fovea.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The samples of each class, classes in the order of their first sample.
final class Classes {
  private final long[] labels;
  private final List<int[]> members;

  private Classes(long[] labels, List<int[]> members) {
    this.labels = labels;
    this.members = members;
  }

  static Classes of(long[] labels) {
    Map<Long, IntStream.Builder> found = new LinkedHashMap<>();
    for (int i = 0; i < labels.length; i++) {
      found.computeIfAbsent(labels[i], l -> IntStream.builder()).add(i);
    }
    return new Classes(
        found.keySet().stream().mapToLong(l -> l).toArray(),
        found.values().stream().map(b -> b.build().toArray()).toList());
  }

  int count() {
    return labels.length;
  }

  /// One a class.
  long[] labels() {
    return labels;
  }

  /// Positions in the list, ascending, one array a class.
  List<int[]> members() {
    return members;
  }
}
