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
  /// The longest thumbnail, in bytes.
  public static final int LONGEST_THUMBNAIL = 1 << 16;

  private final String label;
  private final float[] vector;
  private final OptionalLong id;
  private final Details details;

  private NewEntry(String label, float[] vector, OptionalLong id, Details details) {
    this.label = Text.label(label);
    this.vector = vector;
    this.id = id;
    this.details = details;
  }

  /// A picture of the class `label` (kept in Unicode's composed form, NFC) with the feature vector `vector` (`[D]`).
  public static NewEntry of(String label, float[] vector) {
    return new NewEntry(label, vector, OptionalLong.empty(), Details.NONE);
  }

  /// The same under a number of the caller's (0 or greater); without it the gallery gives the next free one.
  public NewEntry withId(long number) {
    return new NewEntry(label, vector, OptionalLong.of(number), details);
  }

  /// The same with a path or name that tells where the picture came from.
  public NewEntry withSource(String source) {
    return with(new Details(Optional.of(source), details.attributes(), details.thumbnail()));
  }

  /// The same with one more note.
  public NewEntry withAttribute(String key, String value) {
    SortedMap<String, String> more = new TreeMap<>(details.attributes());
    more.put(key, value);
    return with(
        new Details(
            details.source(), Collections.unmodifiableSortedMap(more), details.thumbnail()));
  }

  /// The same with a small copy of the picture, which [Gallery#thumbnail(long)] gives back.
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
    return with(new Details(details.source(), details.attributes(), jpeg));
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
    return details.source();
  }

  /// The caller's notes, in the order of their keys.
  public Map<String, String> attributes() {
    return details.attributes();
  }

  Details details() {
    return details;
  }

  private NewEntry with(Details other) {
    return new NewEntry(label, vector, id, other);
  }
}
