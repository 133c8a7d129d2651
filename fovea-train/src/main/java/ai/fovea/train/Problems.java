package ai.fovea.train;

import ai.fovea.config.ConfigException;
import ai.fovea.models.ModelException;
import ai.fovea.train.data.ListException;
import java.util.ArrayList;
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

  /// @throws ConfigException with the first of what was found and the count of the others, where anything was
  void check() {
    if (found.isEmpty()) {
      return;
    }
    List<String> shown = new ArrayList<>(found.stream().limit(SHOWN).toList());
    if (found.size() > SHOWN) {
      shown.add("and " + (found.size() - SHOWN) + " more problems");
    }
    throw new ConfigException(shown);
  }
}
