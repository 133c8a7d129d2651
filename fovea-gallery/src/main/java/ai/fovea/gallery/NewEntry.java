package ai.fovea.gallery;

import ai.fovea.gallery.internal.EntryCheck;
import ai.fovea.gallery.internal.Texts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// An image to be added to a gallery: `NewEntry.of("mug", vector).withSource("mug1.jpg")`.
///
/// Immutable but for the vector, which is not copied before it is added.
public final class NewEntry {
  /// The longest thumbnail, in bytes.
  public static final int LONGEST_THUMBNAIL = 1 << 16;

  private final String label;
  private final float[] vector;
  private final OptionalLong id;
  private final Optional<String> source;
  private final SortedMap<String, String> attributes;
  private final Optional<byte[]> thumbnail;

  private NewEntry(
      String label,
      float[] vector,
      OptionalLong id,
      Optional<String> source,
      SortedMap<String, String> attributes,
      Optional<byte[]> thumbnail) {
    this.label = Texts.label(label);
    this.vector = vector;
    this.id = id;
    this.source = source;
    this.attributes = Collections.unmodifiableSortedMap(attributes);
    this.thumbnail = thumbnail;
  }

  /// Returns an image of the class `label` (kept in Unicode's composed form, NFC) with the feature
  /// vector `vector` (`[D]`).
  public static NewEntry of(String label, float[] vector) {
    return new NewEntry(
        label,
        vector,
        OptionalLong.empty(),
        Optional.empty(),
        Collections.emptySortedMap(),
        Optional.empty());
  }

  /// Returns the same under a number of the caller's (0 or greater); without it the gallery gives
  /// the next free one.
  public NewEntry withId(long number) {
    return new NewEntry(label, vector, OptionalLong.of(number), source, attributes, thumbnail);
  }

  /// Returns the same with a path or name that tells where the image came from.
  public NewEntry withSource(String name) {
    return new NewEntry(label, vector, id, Optional.of(name), attributes, thumbnail);
  }

  /// Returns the same with one more note.
  public NewEntry withAttribute(String key, String value) {
    SortedMap<String, String> more = new TreeMap<>(attributes);
    more.put(key, value);
    return new NewEntry(label, vector, id, source, more, thumbnail);
  }

  /// Returns the same with a small copy of the image, which [LocalGallery#thumbnail(long)] gives
  /// back.
  ///
  /// @param jpeg a JPEG file of at most [#LONGEST_THUMBNAIL] bytes; not copied
  /// @throws IllegalArgumentException for anything else
  public NewEntry withThumbnail(byte[] jpeg) {
    if (jpeg.length < 3 || jpeg[0] != (byte) 0xff || jpeg[1] != (byte) 0xd8) {
      throw new IllegalArgumentException("the thumbnail is not a JPEG file");
    }
    if (jpeg.length > LONGEST_THUMBNAIL) {
      throw new IllegalArgumentException(
          "the thumbnail has "
              + jpeg.length
              + " bytes, expected at most "
              + LONGEST_THUMBNAIL
              + ": make it smaller");
    }
    return new NewEntry(label, vector, id, source, attributes, Optional.of(jpeg));
  }

  /// Returns all that is wrong with this image for a gallery with these settings, but for its id;
  /// empty where it can be stored.
  public List<String> problems(GallerySettings settings) {
    List<String> wrong = new ArrayList<>(EntryCheck.problems(label, source, attributes));
    try {
      settings.prepare(vector);
    } catch (IllegalArgumentException e) {
      wrong.add(String.valueOf(e.getMessage()));
    }
    return wrong;
  }

  /// Returns the class.
  public String label() {
    return label;
  }

  /// Returns the vector, not a copy.
  public float[] vector() {
    return vector;
  }

  /// Returns the caller's number.
  public OptionalLong id() {
    return id;
  }

  /// Returns where the image came from.
  public Optional<String> source() {
    return source;
  }

  /// Returns the caller's notes, in the order of their keys.
  public SortedMap<String, String> attributes() {
    return attributes;
  }

  /// Returns the small copy of the image, a JPEG file, not a copy of the array.
  public Optional<byte[]> thumbnail() {
    return thumbnail;
  }
}
