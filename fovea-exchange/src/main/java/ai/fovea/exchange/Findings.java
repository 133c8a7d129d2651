package ai.fovea.exchange;

import java.util.ArrayList;
import java.util.List;

/// Collects what is wrong with a file, so that all of it is said at once.
final class Findings {
  private final String file;
  private final List<String> problems = new ArrayList<>();

  Findings(String file) {
    this.file = file;
  }

  void add(String problem) {
    problems.add(problem);
  }

  /// What was found, one line each.
  List<String> lines() {
    return List.copyOf(problems);
  }

  void throwIfAny() throws ExchangeException {
    if (!problems.isEmpty()) {
      throw new ExchangeException(file, problems, problems.size());
    }
  }
}
