package ai.fovea.config;

import java.util.List;

/// Everything that is wrong with a configuration, at once.
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String[] problems;

  /// @param problems one line each, beginning with the full path of the key
  public ConfigException(List<String> problems) {
    super(
        problems.size() == 1
            ? problems.getFirst()
            : problems.size() + " problems:\n  " + String.join("\n  ", problems));
    this.problems = problems.toArray(String[]::new);
  }

  /// The single problem `problem`.
  public ConfigException(String problem) {
    this(List.of(problem));
  }

  /// One line for each problem.
  public List<String> problems() {
    return List.of(problems);
  }
}
