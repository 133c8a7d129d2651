package ai.fovea.gallery;

import ai.fovea.gallery.internal.EntryCheck;
import ai.fovea.gallery.internal.Texts;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One image in a gallery, without its vector (see [GalleryReader#vector(long)]).
///
/// @param id its number, 0 or greater, unique in the gallery
/// @param label the class that it shows
/// @param source where it came from: a path, or any name of the caller's
/// @param attributes the caller's own small notes, in the order of their keys
public record Entry(
    long id, String label, Optional<String> source, Map<String, String> attributes) {

  /// Returns all that is wrong with label, source and attributes; empty where a gallery can hold
  /// them.
  public List<String> problems() {
    return EntryCheck.problems(label, source, attributes);
  }

  /// Returns the same with another label, in Unicode's composed form (NFC); it is stored by
  /// [LocalGallery#change].
  public Entry withLabel(String other) {
    return new Entry(id, Texts.label(other), source, attributes);
  }

  /// Returns the same from another place.
  public Entry withSource(String other) {
    return new Entry(id, label, Optional.of(other), attributes);
  }

  /// Returns the same with another note, or with another value of one that it has.
  public Entry withAttribute(String key, String value) {
    Map<String, String> more = new TreeMap<>(attributes);
    more.put(key, value);
    return new Entry(id, label, source, Collections.unmodifiableMap(more));
  }

  /// Returns the same without a note.
  public Entry withoutAttribute(String key) {
    Map<String, String> fewer = new TreeMap<>(attributes);
    fewer.remove(key);
    return new Entry(id, label, source, Collections.unmodifiableMap(fewer));
  }
}
