package ai.fovea.exchange;

import java.io.IOException;
import java.util.List;

/// A file from elsewhere that can't be taken over: nothing of it was. The message names file, places and reasons.
public final class ExchangeException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 20;

  private final String[] problems;

  /// With one thing that is wrong with `file`.
  ExchangeException(String file, String problem) {
    this(file, List.of(problem), 1);
  }

  /// With all that was found wrong with `file`.
  ///
  /// @param problems the first of them
  /// @param count how many there are
  ExchangeException(String file, List<String> problems, int count) {
    super(text(file, problems, count));
    this.problems = problems.toArray(String[]::new);
  }

  /// What is wrong, in the order of the file; of very many the first.
  public List<String> problems() {
    return List.of(problems);
  }

  private static String text(String file, List<String> problems, int count) {
    String first = String.join("\n  ", problems.stream().limit(SHOWN).toList());
    return count == 1
        ? file + ": " + first
        : file
            + ": "
            + count
            + " problems:\n  "
            + first
            + (count > SHOWN ? "\n  and " + (count - SHOWN) + " more" : "");
  }
}
