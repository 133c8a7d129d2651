package ai.fovea.plan;

import ai.fovea.config.ConfigException;
import ai.fovea.data.ListException;
import ai.fovea.models.ModelException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Collects what is wrong with a configuration and its inputs, so that a user sees all of it at once.
public final class Problems {
  private static final int SHOWN = 20;

  private final Set<String> found = new LinkedHashSet<>();

  /// The result of a reader; empty, with its problems noted, where it refuses.
  public <T> Optional<T> collect(Supplier<T> reader) {
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

  /// Notes a problem.
  public void add(String problem) {
    found.add(problem);
  }

  /// Notes several problems.
  public void addAll(List<String> problems) {
    found.addAll(problems);
  }

  /// All of them, in the order in which they were found.
  public List<String> all() {
    return List.copyOf(found);
  }

  /// Whether nothing was found.
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /// Throws where anything was found.
  ///
  /// @throws ConfigException with all that was found, of which its message shows the first
  public void check() {
    if (found.isEmpty()) {
      return;
    }
    throw new ConfigException(all(), SHOWN);
  }
}
