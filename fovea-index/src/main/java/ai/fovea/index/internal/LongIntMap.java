package ai.fovea.index.internal;

import java.util.Arrays;

/// From ids (0 or greater) to row numbers, in two plain arrays: a tenth of what boxed keys and
/// values take.
///
/// Open addressing with linear probing; a removal moves later keys of the same run back, so no
/// marks are left behind. Not for several threads at once.
public final class LongIntMap {
  private static final long FREE = -1;

  private static final int LEAST_SLOTS = 16;
  private static final int MOST_SLOTS = 1 << 30;

  private long[] keys;
  private int[] values;
  private int size;

  /// Creates an empty map.
  public LongIntMap() {
    this(0);
  }

  /// Creates an empty map that does not have to grow for so many keys.
  public LongIntMap(int expected) {
    int slots = LEAST_SLOTS;
    while (slots < 2L * expected && slots < MOST_SLOTS) {
      slots *= 2;
    }
    this.keys = new long[slots];
    this.values = new int[slots];
    Arrays.fill(keys, FREE);
  }

  /// Returns the number of keys.
  public int size() {
    return size;
  }

  /// Returns the value of `key`, or -1.
  public int get(long key) {
    int slot = slot(key);
    return keys[slot] == key ? values[slot] : -1;
  }

  /// Sets the value of `key`, which is 0 or greater.
  public void put(long key, int value) {
    if (2 * (size + 1) > keys.length) {
      grow();
    }
    int slot = slot(key);
    if (keys[slot] != key) {
      keys[slot] = key;
      size++;
    }
    values[slot] = value;
  }

  /// Removes `key` where it is there.
  public void remove(long key) {
    int hole = slot(key);
    if (keys[hole] != key) {
      return;
    }
    size--;
    int mask = keys.length - 1;
    for (int at = (hole + 1) & mask; keys[at] != FREE; at = (at + 1) & mask) {
      // A key may fill the hole unless its home lies cyclically after the hole, up to where it is
      // now.
      if (((at - home(keys[at])) & mask) >= ((at - hole) & mask)) {
        keys[hole] = keys[at];
        values[hole] = values[at];
        hole = at;
      }
    }
    keys[hole] = FREE;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = new int[oldKeys.length * 2];
    Arrays.fill(keys, FREE);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != FREE) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        values[slot] = oldValues[i];
      }
    }
  }

  private int slot(long key) {
    int at = home(key);
    while (keys[at] != key && keys[at] != FREE) {
      at = (at + 1) & (keys.length - 1);
    }
    return at;
  }

  private int home(long key) {
    long h = key * 0x9E3779B97F4A7C15L;
    return (int) (h >>> 32) & (keys.length - 1);
  }
}
