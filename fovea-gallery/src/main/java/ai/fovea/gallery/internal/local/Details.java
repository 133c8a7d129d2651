package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.internal.EntryCheck;
import ai.fovea.gallery.internal.Input;
import ai.fovea.gallery.internal.Output;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What is known of an image besides its label and its vector.
///
/// In files: a text, the source; 4 bytes, the number of attributes; for each a text, the key, and a
/// text, the value; the thumbnail. A text is 4 bytes, the number of its bytes, and these in UTF-8;
/// the thumbnail likewise. A source or a thumbnail that is absent has the number -1 and no bytes.
///
/// @param thumbnail a JPEG file, of no bytes where there is none
@SuppressWarnings("ArrayRecordComponent") // never compared
record Details(Optional<String> source, SortedMap<String, String> attributes, byte[] thumbnail) {
  static final Details NONE =
      new Details(Optional.empty(), Collections.emptySortedMap(), new byte[0]);

  static Details of(NewEntry entry) {
    return new Details(
        entry.source(), entry.attributes(), entry.thumbnail().orElse(NONE.thumbnail()));
  }

  void writeTo(Output to) throws IOException {
    if (source.isPresent()) {
      to.putText(source.get());
    } else {
      to.putInt(Output.ABSENT);
    }
    to.putInt(attributes.size());
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      to.putText(attribute.getKey());
      to.putText(attribute.getValue());
    }
    if (thumbnail.length > 0) {
      to.putBytes(thumbnail);
    } else {
      to.putInt(Output.ABSENT);
    }
  }

  static Details read(Input from) {
    Details texts = readTexts(from);
    byte[] thumbnail = from.bytes(NONE.thumbnail);
    return thumbnail.length == 0 ? texts : new Details(texts.source, texts.attributes, thumbnail);
  }

  /// Reads all but the thumbnail: what version 1 of the format has.
  static Details readTexts(Input from) {
    int length = from.integer();
    Optional<String> source =
        length == Output.ABSENT ? Optional.empty() : Optional.of(from.text(length));
    int count = from.count(2 * Integer.BYTES);
    from.check(
        count <= EntryCheck.MAX_ATTRIBUTES, from.position() - Integer.BYTES, count + " attributes");
    if (count == 0) {
      return source.isEmpty() ? NONE : new Details(source, NONE.attributes, NONE.thumbnail);
    }
    SortedMap<String, String> attributes = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String key = from.text();
      attributes.put(key, from.text());
    }
    return new Details(source, Collections.unmodifiableSortedMap(attributes), NONE.thumbnail);
  }
}
