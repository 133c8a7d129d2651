package ai.fovea.exchange;

import ai.fovea.exchange.ListFile.Line;
import ai.fovea.gallery.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What has to happen so that a gallery holds just the images of a list. An image is known by its path, which is the source
/// of its entry.
///
/// @param additions lines whose images the gallery does not have: embed and add them
/// @param removals images that the list does not have, or has less often
/// @param relabelled images to which the list gives another label; the vector is right
public record ListChanges(List<Line> additions, List<Entry> removals, List<Relabelled> relabelled) {

  /// An image that has another label in the list.
  ///
  /// @param entry the image
  /// @param label in the list
  public record Relabelled(Entry entry, String label) {}

  /// Compares a gallery's images with a list. A path that comes several times stands for as many images.
  public static ListChanges between(List<Entry> images, List<Line> list) {
    Map<String, List<Entry>> bySource = new HashMap<>();
    List<Entry> removals = new ArrayList<>();
    for (Entry entry : images) {
      entry
          .source()
          .ifPresentOrElse(
              source -> bySource.computeIfAbsent(source, s -> new ArrayList<>()).add(entry),
              () -> removals.add(entry));
    }
    // Those that agree in all first, so that of equal paths with several labels each finds its own.
    List<Line> open = new ArrayList<>();
    for (Line line : list) {
      List<Entry> same = bySource.getOrDefault(line.path(), List.of());
      int at = same.stream().map(Entry::label).toList().indexOf(line.label());
      if (at >= 0) {
        same.remove(at);
      } else {
        open.add(line);
      }
    }
    List<Line> additions = new ArrayList<>();
    List<Relabelled> relabelled = new ArrayList<>();
    for (Line line : open) {
      List<Entry> same = bySource.getOrDefault(line.path(), List.of());
      if (same.isEmpty()) {
        additions.add(line);
      } else {
        relabelled.add(new Relabelled(same.removeFirst(), line.label()));
      }
    }
    images.stream()
        .filter(entry ->
            entry.source().map(bySource::get).filter(left -> left.contains(entry)).isPresent())
        .forEach(removals::add);
    return new ListChanges(List.copyOf(additions), List.copyOf(removals), List.copyOf(relabelled));
  }

  /// Whether the gallery is as the list says.
  public boolean isEmpty() {
    return additions.isEmpty() && removals.isEmpty() && relabelled.isEmpty();
  }
}
