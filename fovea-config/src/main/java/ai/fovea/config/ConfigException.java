package ai.fovea.config;

import ai.fovea.base.FoveaException;
import ai.fovea.base.Problems;
import java.util.List;

/// Everything that is wrong with a configuration, at once; the message shows the first twenty problems, each with the
/// full path of its key.
public final class ConfigException extends FoveaException {
  private static final long serialVersionUID = 1;

  /// With all problems.
  ///
  /// @param problems one line each, beginning with the full path of the key
  public ConfigException(List<String> problems) {
    super(Problems.text(problems), problems);
  }

  /// The single problem `problem`.
  public ConfigException(String problem) {
    this(List.of(problem));
  }
}
