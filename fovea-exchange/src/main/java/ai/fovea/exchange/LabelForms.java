package ai.fovea.exchange;

import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Labels that are written in several Unicode forms, which galleries take for one.
final class LabelForms {
  private final Map<String, String> first = new LinkedHashMap<>();
  private final Set<String> several = new LinkedHashSet<>();

  /// A label as the file writes it.
  void seen(String label) {
    String composed = Normalizer.normalize(label, Normalizer.Form.NFC);
    String before = first.putIfAbsent(composed, label);
    if (before != null && !before.equals(label)) {
      several.add(composed);
    }
  }

  /// A line for each label that has several forms.
  List<String> notes() {
    return several.stream()
        .map(label -> "label '" + label + "' is written in several Unicode forms: one label here")
        .toList();
  }
}
