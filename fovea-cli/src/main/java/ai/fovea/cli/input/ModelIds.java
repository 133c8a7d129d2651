package ai.fovea.cli.input;

import ai.fovea.cli.CommandException;
import ai.fovea.recognize.ModelFolder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The ids that models are meant by: a whole id, the beginning of one, or a model's name. Where neither a gallery nor an export says
/// which model it is, any other text is an id of the caller's.
public final class ModelIds {
  /// Of an id of the caller's so many letters can't be the beginning of a hash by chance.
  private static final int LEAST = 4;

  private static final String HASH = "[0-9a-f]{64}";
  private static final int SHOWN = 20;

  private ModelIds() {}

  /// The id that is meant.
  ///
  /// @param text what somebody wrote
  /// @param known ids that may be meant: those of the gallery, of an export; where there is any, another has to be whole
  /// @param model the model in use, which may be named too
  /// @throws CommandException if several may be meant, or none
  public static String resolve(String text, List<String> known, ModelFolder model)
      throws IOException {
    Map<String, String> names = new LinkedHashMap<>();
    known.forEach(id -> names.put(id, id));
    String name = model.specification().name();
    names.put(model.id().value(), name);
    // Those of earlier versions only where somebody still has them.
    model.id().earlier().stream().filter(names::containsKey).forEach(id -> names.put(id, name));
    if (names.containsKey(text)) {
      return text;
    }
    boolean free = known.isEmpty();
    List<String> meant =
        names.entrySet().stream()
            .filter(id ->
                id.getValue().equals(text)
                    || ((!free || text.length() >= LEAST) && id.getKey().startsWith(text)))
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
    if (meant.isEmpty() && !free && !text.matches(HASH)) {
      throw new CommandException(
          "--model-id "
              + text
              + ": no such model; known are "
              + names.entrySet().stream()
                  .map(id -> shown(id.getKey(), id.getValue()))
                  .collect(Collectors.joining(", "))
              + "; write one of them, or leave --model-id out");
    }
    return meant.isEmpty() ? text : meant.getFirst();
  }

  private static String shown(String id, String name) {
    String begin = id.length() > SHOWN ? id.substring(0, SHOWN) : id;
    return name.equals(id) ? begin : begin + " (" + name + ")";
  }
}
