package ai.fovea.cli.options;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/// The values that an option may have, as they are typed, for the completion of command lines.
public abstract class Choices implements Iterable<String> {
  private final List<String> words;

  public Choices(Enum<?>... values) {
    words = Arrays.stream(values).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();
  }

  @Override
  public Iterator<String> iterator() {
    return words.iterator();
  }
}
