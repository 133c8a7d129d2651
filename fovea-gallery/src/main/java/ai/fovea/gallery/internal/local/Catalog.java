package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.internal.Output;
import ai.fovea.gallery.internal.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The images of a gallery, without their vectors: those of the last snapshot, where they lie on
/// disk, and in memory what was changed since.
///
/// Writers are alone; they and readers of more than one image hold this object's monitor, never for
/// longer than a change takes in memory. A single image is read without a lock. Whoever reads
/// several without it compares the [#stamp()] before and after.
// Over 400 lines: entries, labels and their order change together, so that one class keeps them.
final class Catalog {
  private static final Item GONE = new Item(new Label(""), null);

  private final Map<String, Label> labels = new HashMap<>();
  private final AtomicLong stamp = new AtomicLong();
  private volatile State state;
  private final AtomicInteger size = new AtomicInteger();

  /// A label, held once for all its images.
  private static final class Label {
    private volatile String name;
    private int count;

    private Label(String name) {
      this.name = name;
    }
  }

  /// An image that was changed since the snapshot; without details it has those of the snapshot.
  private static final class Item {
    private final Label label;
    private final @Nullable Details details;

    private Item(Label label, @Nullable Details details) {
      this.label = label;
      this.details = details;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record State(Columns base, Item[] baseItems, ConcurrentSkipListMap<Long, Item> changed) {
    @Nullable Item item(long id) {
      // Asked for every candidate of a filtered search: an empty map costs no boxed id.
      Item item = changed.isEmpty() ? null : changed.get(id);
      if (item != null) {
        return item == GONE ? null : item;
      }
      int row = base.row(id);
      return row < 0 ? null : baseItems[base.label(row)];
    }

    /// Source and attributes; the thumbnail may be left out.
    Details texts(long id, Item item) {
      return item.details == null ? base.texts(base.row(id)) : item.details;
    }

    Entry entry(long id, Item item) {
      Details texts = texts(id, item);
      return new Entry(id, item.label.name, texts.source(), texts.attributes());
    }

    Details details(long id, Item item) {
      return item.details == null ? base.details(base.row(id)) : item.details;
    }
  }

  /// Creates an empty catalog.
  Catalog() {
    state = new State(Columns.EMPTY, new Item[0], new ConcurrentSkipListMap<>());
  }

  /// What a snapshot holds.
  ///
  /// @throws IllegalArgumentException where two labels are the same
  synchronized void open(Columns columns, List<String> names) {
    Label[] all = names.stream().map(Label::new).toArray(Label[]::new);
    for (int row = 0; row < columns.size(); row++) {
      all[columns.label(row)].count++;
    }
    labels.clear();
    for (Label label : all) {
      if (labels.put(label.name, label) != null || label.count == 0) {
        throw new IllegalArgumentException(
            "label '" + label.name + "' appears twice or belongs to no image");
      }
    }
    Item[] items = Arrays.stream(all).map(label -> new Item(label, null)).toArray(Item[]::new);
    mutate(() -> state = new State(columns, items, new ConcurrentSkipListMap<>()));
    size.set(columns.size());
  }

  /// Returns a number that is odd while something is changed, and another one afterwards. Additions
  /// do not count: they disturb nobody who does not know of them.
  long stamp() {
    return stamp.get();
  }

  int size() {
    return size.get();
  }

  synchronized int labelCount() {
    return labels.size();
  }

  boolean contains(long id) {
    return state.item(id) != null;
  }

  /// An image, or null where there is none.
  @Nullable Entry find(long id) {
    State now = state;
    Item item = now.item(id);
    if (item == null) {
      return null;
    }
    return now.entry(id, item);
  }

  /// Returns an image.
  ///
  /// @throws NoSuchElementException where there is none
  Entry entry(long id) {
    Entry entry = find(id);
    if (entry == null) {
      throw unknown(id);
    }
    return entry;
  }

  /// Returns an image's label.
  ///
  /// @throws NoSuchElementException where there is none
  String label(long id) {
    return require(id).label.name;
  }

  Details details(long id) {
    Details details = findDetails(id);
    if (details == null) {
      throw unknown(id);
    }
    return details;
  }

  /// An image's details, or null where there is none.
  @Nullable Details findDetails(long id) {
    State now = state;
    Item item = now.item(id);
    return item == null ? null : now.details(id, item);
  }

  /// Returns how long an image's details are on disk.
  long detailBytes(long id) throws IOException {
    Details own = require(id).details;
    Columns base = state.base;
    return own == null ? base.rawDetails(base.row(id)).byteSize() : Output.count(own::writeTo);
  }

  void writeDetails(long id, Output to) throws IOException {
    Details own = require(id).details;
    Columns base = state.base;
    if (own == null) {
      to.put(base.rawDetails(base.row(id)).asByteBuffer());
    } else {
      own.writeTo(to);
    }
  }

  /// Returns a filter over the images of this moment, for [Content#search]: labels are looked up
  /// now, so that each image costs a comparison, and details are read only where the filter looks
  /// at them. Whoever uses it compares the [#stamp()] before this call and after the last use.
  synchronized LongPredicate filter(Filter filter) {
    State now = state;
    ItemTest test = test(filter);
    return id -> {
      Item item = now.item(id);
      return item != null && test.accepts(now, id, item);
    };
  }

  /// Whether a filter accepts an image.
  @FunctionalInterface
  private interface ItemTest {
    boolean accepts(State state, long id, Item item);
  }

  private ItemTest test(Filter filter) {
    return switch (filter) {
      case Filter.Everything _ -> (_, _, _) -> true;
      case Filter.Labels(Set<String> names) when names.size() == 1 -> {
        String name = known(names.iterator().next());
        yield (_, _, item) -> item.label.name.equals(name);
      }
      case Filter.Labels(Set<String> names) -> {
        Set<String> all = new HashSet<>();
        names.forEach(name -> all.add(known(name)));
        yield (_, _, item) -> all.contains(item.label.name);
      }
      case Filter.AttributeEquals(String key, String value) ->
          (now, id, item) -> value.equals(now.texts(id, item).attributes().get(key));
      case Filter.AttributePresent(String key) ->
          (now, id, item) -> now.texts(id, item).attributes().containsKey(key);
      case Filter.And(List<Filter> parts) -> {
        ItemTest[] tests = parts.stream().map(this::test).toArray(ItemTest[]::new);
        yield (now, id, item) -> {
          for (ItemTest test : tests) {
            if (!test.accepts(now, id, item)) {
              return false;
            }
          }
          return true;
        };
      }
      case Filter.Or(List<Filter> parts) -> {
        ItemTest[] tests = parts.stream().map(this::test).toArray(ItemTest[]::new);
        yield (now, id, item) -> {
          for (ItemTest test : tests) {
            if (test.accepts(now, id, item)) {
              return true;
            }
          }
          return false;
        };
      }
      case Filter.Not(Filter part) -> {
        ItemTest test = test(part);
        yield (now, id, item) -> !test.accepts(now, id, item);
      }
      case Filter.Matching(Predicate<? super Entry> predicate) ->
          (now, id, item) -> predicate.test(now.entry(id, item));
    };
  }

  /// Returns the next images that a filter accepts, in the order of their ids.
  ///
  /// @param after greater than this are their ids; -1 for all
  /// @param max how many at most
  synchronized List<Entry> entries(Filter filter, long after, int max) {
    State now = state;
    ItemTest test = test(filter);
    List<Entry> found = new ArrayList<>();
    Iterator<Map.Entry<Long, Item>> changes =
        now.changed.tailMap(after, false).entrySet().iterator();
    Map.Entry<Long, Item> change = changes.hasNext() ? changes.next() : null;
    int row = now.base.rowAfter(after);
    while (found.size() < max && (change != null || row < now.base.size())) {
      long id;
      Item item;
      if (change != null && (row == now.base.size() || change.getKey() <= now.base.id(row))) {
        id = change.getKey();
        item = change.getValue();
        row += row < now.base.size() && now.base.id(row) == id ? 1 : 0;
        change = changes.hasNext() ? changes.next() : null;
      } else {
        id = now.base.id(row);
        item = now.baseItems[now.base.label(row++)];
      }
      if (item != GONE && test.accepts(now, id, item)) {
        found.add(now.entry(id, item));
      }
    }
    return found;
  }

  /// Returns all ids, ascending.
  synchronized long[] ids() {
    State now = state;
    long[] ids = new long[size.get()];
    int count = 0;
    int row = 0;
    for (Map.Entry<Long, Item> changed : now.changed.entrySet()) {
      long id = changed.getKey();
      while (row < now.base.size() && now.base.id(row) < id) {
        ids[count++] = now.base.id(row++);
      }
      if (row < now.base.size() && now.base.id(row) == id) {
        row++;
      }
      if (changed.getValue() != GONE) {
        ids[count++] = id;
      }
    }
    while (row < now.base.size()) {
      ids[count++] = now.base.id(row++);
    }
    return ids;
  }

  /// Returns the ids of the images with this label, ascending.
  synchronized long[] ids(String name) {
    Label label = require(name);
    return Arrays.stream(ids()).filter(id -> require(id).label == label).toArray();
  }

  synchronized SortedMap<String, Integer> countsByName() {
    SortedMap<String, Integer> all = new TreeMap<>();
    labels.values().forEach(label -> all.put(label.name, label.count));
    return all;
  }

  /// Returns how many images have this label.
  ///
  /// @throws NoSuchElementException where none has
  synchronized int count(String name) {
    return require(name).count;
  }

  /// Returns a label as it is kept: as it was given where images have it so, as those of older
  /// galleries may, else composed.
  synchronized String known(String name) {
    return labels.containsKey(name) ? name : Texts.label(name);
  }

  synchronized boolean hasLabel(String name) {
    return labels.containsKey(name);
  }

  synchronized void add(long[] ids, List<LoggedChange.Image> images) {
    for (int i = 0; i < ids.length; i++) {
      LoggedChange.Image image = images.get(i);
      state.changed.put(ids[i], new Item(take(image.label()), image.details()));
    }
    size.addAndGet(ids.length);
  }

  synchronized void edit(long id, LoggedChange.Image image) {
    replace(id, image, () -> {});
  }

  /// Edits an image, and its vector with it.
  ///
  /// @param vector replaces that; where it fails, nothing is edited
  synchronized void replace(long id, LoggedChange.Image image, Runnable vector) {
    Item before = require(id);
    mutate(() -> {
      vector.run();
      Label label = take(image.label());
      state.changed.put(id, new Item(label, image.details()));
      release(before.label);
    });
  }

  synchronized void remove(long[] ids) {
    mutate(() -> {
      for (long id : ids) {
        release(require(id).label);
        if (state.base.row(id) < 0) {
          state.changed.remove(id);
        } else {
          state.changed.put(id, GONE);
        }
        size.decrementAndGet();
      }
    });
  }

  /// Gives all images with one of the labels `from` the label `to`.
  synchronized void relabel(List<String> from, String to) {
    Set<Label> old = new HashSet<>();
    from.forEach(name -> old.add(require(name)));
    mutate(() -> {
      if (old.size() == 1 && !labels.containsKey(to)) {
        Label label = old.iterator().next();
        labels.remove(label.name);
        labels.put(to, label);
        label.name = to;
        return;
      }
      for (long id : ids()) {
        Item item = require(id);
        if (old.contains(item.label) && !item.label.name.equals(to)) {
          state.changed.put(id, new Item(take(to), item.details));
          release(item.label);
        }
      }
    });
  }

  private void mutate(Runnable change) {
    stamp.incrementAndGet();
    try {
      change.run();
    } finally {
      stamp.incrementAndGet();
    }
  }

  private Label take(String name) {
    Label label = labels.computeIfAbsent(name, Label::new);
    label.count++;
    return label;
  }

  private void release(Label label) {
    if (--label.count == 0) {
      labels.remove(label.name);
    }
  }

  private Item require(long id) {
    Item item = state.item(id);
    if (item == null) {
      throw unknown(id);
    }
    return item;
  }

  private Label require(String name) {
    Label label = labels.get(name);
    if (label == null) {
      throw new NoSuchElementException("no image has the label '" + name + "'");
    }
    return label;
  }

  private static NoSuchElementException unknown(long id) {
    return new NoSuchElementException("no image has the id " + id);
  }
}
