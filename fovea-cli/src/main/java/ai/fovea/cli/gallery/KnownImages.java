package ai.fovea.cli.gallery;

import ai.fovea.cli.input.Labelled;
import ai.fovea.gallery.Entry;
import ai.fovea.image.ImageException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Which images a gallery holds already, where an interrupted command goes on.
final class KnownImages {
  private KnownImages() {}

  /// Which entry each image is: that of its file with its label; where the file is named once and has one entry, also one with another
  /// label, which is to be changed.
  static Map<Labelled, Entry> find(List<Labelled> images, Map<Path, List<Entry>> places) {
    Map<Path, Set<String>> named = new HashMap<>();
    images.forEach(
        p -> named.computeIfAbsent(Sources.place(p.file()), _ -> new HashSet<>()).add(p.label()));
    Map<Labelled, Entry> known = new HashMap<>();
    for (Labelled image : images) {
      Path place = Sources.place(image.file());
      List<Entry> entries = places.getOrDefault(place, List.of());
      entries.stream()
          .filter(e -> e.label().equals(image.label()))
          .findFirst()
          .or(() ->
              entries.size() == 1 && named.getOrDefault(place, Set.of()).size() == 1
                  ? Optional.of(entries.getFirst())
                  : Optional.empty())
          .ifPresent(e -> known.put(image, e));
    }
    return known;
  }

  /// Whether an image is in the gallery with its label, made from the file as it is now.
  static boolean isUnchanged(Labelled image, Map<Labelled, Entry> there) {
    Entry known = there.get(image);
    try {
      return known != null
          && known.label().equals(image.label())
          && Objects.equals(known.attributes().get(FileMark.KEY), FileMark.of(image.file()));
    } catch (ImageException e) {
      return false; // embedding it says what is wrong
    }
  }
}
