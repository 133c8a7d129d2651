package ai.fovea.exchange;

import java.util.ArrayList;
import java.util.List;

/// Collects what is wrong with a file, so that all of it is said at once; of very much only the beginning is kept.
final class Findings {
  private static final int MOST = 1000;

  private final String file;
  private final List<String> problems = new ArrayList<>();
  private int count;

  Findings(String file) {
    this.file = file;
  }

  void add(String problem) {
    count++;
    if (problems.size() < MOST) {
      problems.add(problem);
    }
  }

  /// What was found, one line each; of very much the beginning and how much more there is.
  List<String> lines() {
    List<String> all = new ArrayList<>(problems);
    if (count > problems.size()) {
      all.add("and " + (count - problems.size()) + " more problems");
    }
    return all;
  }

  void throwIfAny() throws ExchangeException {
    if (count > 0) {
      throw new ExchangeException(file, problems, count);
    }
  }
}
