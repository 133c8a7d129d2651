package ai.fovea.gallery;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// A picture to be added to a gallery: `NewEntry.of("mug", vector).withSource("mug1.jpg")`.
///
/// Immutable but for the vector, which is not copied before it is added.
public final class NewEntry {
  private final String label;
  private final float[] vector;
  private final OptionalLong id;
  private final Optional<String> source;
  private final SortedMap<String, String> attributes;

  private NewEntry(
      String label,
      float[] vector,
      OptionalLong id,
      Optional<String> source,
      SortedMap<String, String> attributes) {
    this.label = label;
    this.vector = vector;
    this.id = id;
    this.source = source;
    this.attributes = attributes;
  }

  /// A picture of the class `label` with the feature vector `vector` (`[D]`).
  public static NewEntry of(String label, float[] vector) {
    return new NewEntry(
        label,
        vector,
        OptionalLong.empty(),
        Optional.empty(),
        Collections.unmodifiableSortedMap(new TreeMap<>()));
  }

  /// The same under a number of the caller's (0 or greater); without it the gallery gives the next free one.
  public NewEntry withId(long id) {
    return new NewEntry(label, vector, OptionalLong.of(id), source, attributes);
  }

  /// The same with a path or name that tells where the picture came from.
  public NewEntry withSource(String source) {
    return new NewEntry(label, vector, id, Optional.of(source), attributes);
  }

  /// The same with one more note.
  public NewEntry withAttribute(String key, String value) {
    SortedMap<String, String> more = new TreeMap<>(attributes);
    more.put(key, value);
    return new NewEntry(label, vector, id, source, Collections.unmodifiableSortedMap(more));
  }

  /// The class.
  public String label() {
    return label;
  }

  /// The vector, not a copy.
  public float[] vector() {
    return vector;
  }

  /// The caller's number.
  public OptionalLong id() {
    return id;
  }

  /// Where the picture came from.
  public Optional<String> source() {
    return source;
  }

  /// The caller's notes, in the order of their keys.
  public Map<String, String> attributes() {
    return attributes;
  }
}
