package ai.fovea.index;

import java.util.stream.IntStream;

/// Numbers sorted by the group to which each belongs; inside a group they ascend.
///
/// @param members the numbers, group by group
/// @param starts where each group begins, and the end
@SuppressWarnings("ArrayRecordComponent") // never compared
record Grouped(int[] members, int[] starts) {

  /// Returns groups the numbers below `groupOf.length`.
  static Grouped by(int[] groupOf, int groups) {
    int[] starts = new int[groups + 1];
    for (int group : groupOf) {
      starts[group + 1]++;
    }
    for (int group = 0; group < groups; group++) {
      starts[group + 1] += starts[group];
    }
    int[] next = starts.clone();
    int[] members = new int[groupOf.length];
    for (int i = 0; i < groupOf.length; i++) {
      members[next[groupOf[i]]++] = i;
    }
    return new Grouped(members, starts);
  }

  /// Returns where a group begins; also that of the number of groups, which is the end.
  int start(int group) {
    return starts[group];
  }

  /// Returns the groups that are not empty.
  int[] used() {
    return IntStream.range(0, starts.length - 1)
        .filter(group -> starts[group] < starts[group + 1])
        .toArray();
  }
}
