package ai.fovea.gallery;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Labels as small numbers, each text held once, with the number of pictures that have it. A label without pictures is
/// forgotten and its number given to the next new one.
///
/// Writers are alone; [#names()] may be read by others meanwhile.
final class LabelTable {
  private final Map<String, Integer> numbers = new HashMap<>();
  private final BitSet used = new BitSet();
  private volatile String[] names = new String[8];
  private int[] counts = new int[8];

  /// The text of each number; the array may gain texts later but changes none until a removal or a renaming.
  String[] names() {
    return names;
  }

  /// How many different labels there are.
  int size() {
    return numbers.size();
  }

  Optional<Integer> number(String label) {
    return Optional.ofNullable(numbers.get(label));
  }

  int count(int number) {
    return counts[number];
  }

  /// One more picture with this label; the label's number.
  int take(String label) {
    Integer known = numbers.get(label);
    int number = known == null ? used.nextClearBit(0) : known;
    if (known == null) {
      if (number == counts.length) {
        counts = Arrays.copyOf(counts, 2 * number);
        names = Arrays.copyOf(names, 2 * number);
      }
      // In place: nobody asks for this number before a picture with it is published.
      names[number] = label;
      used.set(number);
      numbers.put(label, number);
    }
    counts[number]++;
    return number;
  }

  /// One picture less with this label.
  void release(int number) {
    if (--counts[number] == 0) {
      used.clear(number);
      numbers.remove(names[number]);
    }
  }

  /// Another text for a label; no label has it yet.
  void rename(int number, String to) {
    String[] changed = names.clone();
    numbers.remove(changed[number]);
    numbers.put(to, number);
    changed[number] = to;
    names = changed;
  }

  SortedMap<String, Integer> countsByName() {
    SortedMap<String, Integer> all = new TreeMap<>();
    numbers.forEach((name, number) -> all.put(name, counts[number]));
    return all;
  }
}
