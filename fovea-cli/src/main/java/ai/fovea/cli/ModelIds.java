package ai.fovea.cli;

import ai.fovea.recognize.ModelFolder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The ids that models are meant by: a whole id, the beginning of one (eight characters or more), or a model's name.
final class ModelIds {
  private static final int LEAST = 8;

  private ModelIds() {}

  /// The id that is meant.
  ///
  /// @param text what somebody wrote
  /// @param known ids that may be meant: those of the gallery, of an export
  /// @param model the model in use, which may be named too
  /// @return one of the known ids, or the text itself, which then is an id of the caller's
  /// @throws CommandException if several may be meant
  static String resolve(String text, List<String> known, ModelFolder model) throws IOException {
    Map<String, String> names = new LinkedHashMap<>();
    known.forEach(id -> names.put(id, id));
    names.put(model.modelId(), model.description().name());
    if (names.containsKey(text)) {
      return text;
    }
    List<String> meant =
        names.entrySet().stream()
            .filter(id ->
                id.getValue().equals(text)
                    || (text.length() >= LEAST && id.getKey().startsWith(text)))
            .map(Map.Entry::getKey)
            .toList();
    if (meant.size() > 1) {
      throw new CommandException(
          "'"
              + text
              + "' may be several models: "
              + String.join(", ", meant)
              + "; write more of one");
    }
    return meant.isEmpty() ? text : meant.getFirst();
  }
}
