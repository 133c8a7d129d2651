package ai.fovea.gallery.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What galleries can hold of an image besides its vector.
public final class EntryCheck {
  /// The most attributes.
  public static final int MAX_ATTRIBUTES = 64;

  private EntryCheck() {}

  /// Returns all that is wrong with a label, a source and attributes.
  public static List<String> problems(
      String label, Optional<String> source, Map<String, String> attributes) {
    List<String> wrong = new ArrayList<>();
    Texts.check("the label", label).ifPresent(wrong::add);
    source.flatMap(text -> Texts.check("the source", text)).ifPresent(wrong::add);
    if (attributes.size() > MAX_ATTRIBUTES) {
      wrong.add(
          "there are " + attributes.size() + " attributes, expected at most " + MAX_ATTRIBUTES);
    }
    attributes.forEach((key, value) -> {
      Texts.check("an attribute's key", key).ifPresent(wrong::add);
      if (!value.isEmpty()) {
        Texts.check("attribute " + key, value).ifPresent(wrong::add);
      }
    });
    return wrong;
  }
}
