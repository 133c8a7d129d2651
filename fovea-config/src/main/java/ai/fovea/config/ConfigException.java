package ai.fovea.config;

import java.util.List;

/// Everything that is wrong with a configuration, at once.
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String[] problems;

  /// @param problems one line each, beginning with the full path of the key
  public ConfigException(List<String> problems) {
    this(problems, problems.size());
  }

  /// With a message that shows the first problems alone, and how many there are.
  ///
  /// @param shown how many
  public ConfigException(List<String> problems, int shown) {
    super(message(problems, shown));
    this.problems = problems.toArray(String[]::new);
  }

  /// The single problem `problem`.
  public ConfigException(String problem) {
    this(List.of(problem));
  }

  private static String message(List<String> problems, int shown) {
    if (problems.size() == 1) {
      return problems.getFirst();
    }
    int hidden = problems.size() - shown;
    return problems.size()
        + " problems:\n  "
        + String.join("\n  ", problems.stream().limit(shown).toList())
        + (hidden > 0 ? "\n  and " + hidden + " more" : "");
  }

  /// One line for each problem, all of them.
  public List<String> problems() {
    return List.of(problems);
  }
}
