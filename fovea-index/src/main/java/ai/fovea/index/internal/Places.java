package ai.fovea.index.internal;

import java.util.Arrays;

/// From ids (0 or greater) to where their vectors lie: a list and a row in it. Not for several threads at once.
public final class Places {
  private final LongIntMap slots = new LongIntMap();
  private long[] places = new long[16];
  private int[] free = new int[16];
  private int used;
  private int freed;

  /// No ids.
  public Places() {}

  /// Whether `id` has a place.
  public boolean contains(long id) {
    return id >= 0 && slots.get(id) >= 0;
  }

  /// The list of `id`, which has a place.
  public int list(long id) {
    return (int) (places[slots.get(id)] >>> Integer.SIZE);
  }

  /// The row of `id`, which has a place, in its list.
  public int row(long id) {
    return (int) places[slots.get(id)];
  }

  /// Sets the place of `id`.
  public void put(long id, int list, int row) {
    int slot = slots.get(id);
    if (slot < 0) {
      slot = freed > 0 ? free[--freed] : used++;
      if (slot == places.length) {
        places = Arrays.copyOf(places, 2 * slot);
      }
      slots.put(id, slot);
    }
    places[slot] = (long) list << Integer.SIZE | row;
  }

  /// Forgets `id`, which has a place.
  public void remove(long id) {
    if (freed == free.length) {
      free = Arrays.copyOf(free, 2 * freed);
    }
    free[freed++] = slots.get(id);
    slots.remove(id);
  }
}
