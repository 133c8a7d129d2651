package ai.fovea.train;

import ai.fovea.config.ConfigException;
import ai.fovea.models.ModelException;
import ai.fovea.train.data.ListException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Collects what is wrong with a configuration and its inputs, so that a user sees all of it at once.
final class Problems {
  private static final int SHOWN = 20;

  private final Set<String> found = new LinkedHashSet<>();

  /// The result of a reader; empty, with its problems noted, where it refuses.
  <T> Optional<T> collect(Supplier<T> reader) {
    try {
      return Optional.of(reader.get());
    } catch (ConfigException e) {
      found.addAll(e.problems());
    } catch (ListException e) {
      found.addAll(e.problems());
    } catch (ModelException | IllegalArgumentException e) {
      found.add(String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  void add(String problem) {
    found.add(problem);
  }

  void addAll(List<String> problems) {
    found.addAll(problems);
  }

  /// All of them, in the order in which they were found.
  List<String> all() {
    return List.copyOf(found);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /// @throws ConfigException with all that was found, of which its message shows the first, where anything was
  void check() {
    if (found.isEmpty()) {
      return;
    }
    throw new ConfigException(all(), SHOWN);
  }
}
