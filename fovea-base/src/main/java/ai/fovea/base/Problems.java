package ai.fovea.base;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Collects what is wrong, so that all of it is told at once. A problem that is noted twice is told once.
///
/// Not safe for use by several threads.
public final class Problems {
  private static final int SHOWN = 20;

  /// What stands in quotes, and words with a digit, a slash or a backslash.
  private static final Pattern PARTICULAR =
      Pattern.compile("'[^']*'|[^\\s'\\d/\\\\]*[\\d/\\\\][^\\s']*");

  private final Set<String> found = new LinkedHashSet<>();

  /// Creates an empty collection.
  public Problems() {}

  /// Notes a problem, one line.
  public void add(String problem) {
    found.add(problem);
  }

  /// Notes several problems.
  public void addAll(List<String> problems) {
    found.addAll(problems);
  }

  /// Returns the result of a reader; empty, with its problems noted, where it throws a [FoveaException] or an
  /// [IllegalArgumentException].
  public <T> Optional<T> collect(Supplier<T> reader) {
    try {
      return Optional.of(reader.get());
    } catch (FoveaException e) {
      found.addAll(e.problems());
    } catch (IllegalArgumentException e) {
      found.add(String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  /// Returns whether there is none.
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /// Returns all of them, in the order in which they were found.
  public List<String> all() {
    return List.copyOf(found);
  }

  /// Throws an exception made of all problems, where there is any.
  public <X extends RuntimeException> void throwIfAny(Function<List<String>, X> exception) {
    if (!found.isEmpty()) {
      throw exception.apply(all());
    }
  }

  /// Returns the text of several problems: one as it is; more with their number and twenty of them, in their order. Each kind of
  /// problem is shown before any is shown again, so that one mistake in every line of a list hides no other.
  public static String text(List<String> problems) {
    return text(problems, problems.size(), "");
  }

  /// Returns the text of several problems.
  ///
  /// @param first all of them, or the first
  /// @param count how many there are
  /// @param outcome what follows from them, such as "nothing was added"; told where there are several; empty for
  ///     nothing
  public static String text(List<String> first, int count, String outcome) {
    if (count == 1) {
      return first.getFirst();
    }
    List<String> shown = shown(first);
    return count
        + " problems"
        + (outcome.isEmpty() ? "" : ", " + outcome)
        + ":\n  "
        + String.join("\n  ", shown)
        + (count > shown.size() ? "\n  and " + (count - shown.size()) + " more" : "");
  }

  /// Those that are shown: the first of each kind, then the second of each, and so on.
  private static List<String> shown(List<String> problems) {
    if (problems.size() <= SHOWN) {
      return problems;
    }
    Map<String, Deque<Integer>> kinds = new LinkedHashMap<>();
    for (int i = 0; i < problems.size(); i++) {
      kinds.computeIfAbsent(kind(problems.get(i)), _ -> new ArrayDeque<>()).add(i);
    }
    var shown = new TreeSet<Integer>();
    while (shown.size() < SHOWN) {
      for (Deque<Integer> kind : kinds.values()) {
        if (!kind.isEmpty() && shown.size() < SHOWN) {
          shown.add(kind.remove());
        }
      }
    }
    return shown.stream().map(problems::get).toList();
  }

  /// What problems have in common that differ in a place, a number, a name or a path.
  private static String kind(String problem) {
    return PARTICULAR.matcher(problem).replaceAll("#");
  }
}
