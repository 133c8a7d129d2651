package ai.fovea.exchange;

import ai.fovea.base.InputException;
import ai.fovea.base.Problems;
import java.util.List;
import java.util.function.Function;

/// A file from elsewhere that can't be taken over: nothing of it was. The message names file, places and reasons.
public final class ExchangeException extends InputException {
  private static final long serialVersionUID = 1L;

  /// With one thing that is wrong with `file`.
  ExchangeException(String file, String problem) {
    this(file, List.of(problem), 1);
  }

  /// With all that was found wrong with `file`.
  ///
  /// @param problems the first of them, in the order of the file
  /// @param count how many there are
  ExchangeException(String file, List<String> problems, int count) {
    super(file + ": " + Problems.text(problems, count, ""), problems);
  }

  /// Returns what makes an exception of all problems of `file`.
  static Function<List<String>, ExchangeException> of(String file) {
    return problems -> new ExchangeException(file, problems, problems.size());
  }
}
