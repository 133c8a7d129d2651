package ai.fovea.config.internal;

import ai.fovea.config.Names;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which keys of a configuration were asked for, by full path, and which came from options. For one thread.
public final class Reads {
  /// Names are alike where so many of their letters, of a hundred, differ at most.
  private static final int UNLIKE = 34;

  private final List<Overrides.Option> options;
  private final Map<String, Integer> lines;
  private final Map<String, Object> defaults = new LinkedHashMap<>();
  private final Set<String> asked = new LinkedHashSet<>();
  private final Set<String> told = new LinkedHashSet<>();
  private final Set<String> whole = new LinkedHashSet<>();

  /// @param options what was set by options, in order
  /// @param lines where the value of each full path stands in the file, as far as it does
  public Reads(List<Overrides.Option> options, Map<String, Integer> lines) {
    this.options = List.copyOf(options);
    this.lines = Map.copyOf(lines);
  }

  /// The same options and lines, nothing read yet.
  public Reads with(List<Overrides.Option> more) {
    List<Overrides.Option> all = new ArrayList<>(options);
    all.addAll(more);
    return new Reads(all, lines);
  }

  /// Somebody made a problem of `path`: nobody asks for it, and that is said already.
  public void tell(String path) {
    told.add(path);
  }

  /// Whether somebody made a problem of `path`, or of a section that it lies in, as a key that nobody asks for.
  public boolean isTold(String path) {
    return isIn(told, path);
  }

  /// Somebody asks for `path` and takes `value` where there is none.
  public void askOr(String path, Object value) {
    ask(path);
    defaults.putIfAbsent(path, value);
  }

  /// What was taken for values that there are not, by full path in the order in which they were asked for.
  public Map<String, Object> defaults() {
    return Collections.unmodifiableMap(defaults);
  }

  /// Whether an option set `path`, something in it or what it lies in.
  public boolean isOption(String path) {
    return options.stream().anyMatch(o -> within(path, o.path()) || within(o.path(), path));
  }

  /// Where the value of `path` stands in the file, or else the section that it would lie in; empty where an option set it.
  public OptionalInt line(String path) {
    if (options.stream().anyMatch(o -> within(path, o.path()))) {
      return OptionalInt.empty();
    }
    for (String at = path; !at.isEmpty(); at = parent(at)) {
      Integer line = lines.get(at);
      if (line != null) {
        return OptionalInt.of(line);
      }
    }
    return OptionalInt.empty();
  }

  /// What was set by options, in order.
  public List<Overrides.Option> options() {
    return options;
  }

  /// Somebody asks for `path`.
  public void ask(String path) {
    asked.add(path);
  }

  /// Somebody takes `path` with all that is below it.
  public void whole(String path) {
    asked.add(path);
    whole.add(path);
  }

  /// Whether somebody asked for `section` or for anything below it.
  public boolean touches(String section) {
    return asked.stream().anyMatch(a -> within(a, section));
  }

  /// Whether `path` is `section` or below it.
  public static boolean within(String path, String section) {
    return section.isEmpty() || path.equals(section) || path.startsWith(section + ".");
  }

  /// The paths of the values in `root` that nobody asked for, and of which that was not told.
  public List<String> unread(Map<String, @Nullable Object> root) {
    return Values.leaves(root).entrySet().stream()
        .filter(leaf -> !isIn(whole, leaf.getKey()) && !isTold(leaf.getKey()))
        .filter(leaf -> !asked.contains(leaf.getKey()))
        // A section that was set to nothing is read by whoever asks for a key in it.
        .filter(leaf -> leaf.getValue() != null || !touches(leaf.getKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean isIn(Set<String> paths, String path) {
    for (String at = path; !at.isEmpty(); at = parent(at)) {
      if (paths.contains(at)) {
        return true;
      }
    }
    return false;
  }

  /// The names of the keys of a section that were asked for, in order.
  public List<String> below(String section) {
    return asked.stream()
        .filter(a -> !a.isEmpty() && parent(a).equals(section))
        .map(Reads::name)
        .distinct()
        .toList();
  }

  /// The key of a section, of those that were asked for, that is most like `key`.
  public Optional<String> nearestBelow(String section, String key) {
    return best(key, below(section));
  }

  /// The path, of those that were asked for, that is most like `path`: a neighbour of a similar name, else a key of the same
  /// or nearly the same name elsewhere.
  public Optional<String> nearest(String path) {
    String parent = parent(path);
    String name = name(path);
    List<String> others = asked.stream().filter(a -> !a.equals(path)).toList();
    return best(name, others.stream().filter(a -> parent(a).equals(parent)).toList())
        .or(() ->
            others.stream()
                .filter(a -> !within(path, a) && Names.distance(a, path) <= 2)
                .min(Comparator.comparingInt(a -> Names.distance(a, path))))
        .or(() -> best(name, others));
  }

  private static Optional<String> best(String name, List<String> paths) {
    return paths.stream()
        .filter(p -> 100 * Names.distance(name(p), name) <= UNLIKE * name.length())
        .min(Comparator.comparingInt(p -> Names.distance(name(p), name)));
  }

  private static String parent(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
