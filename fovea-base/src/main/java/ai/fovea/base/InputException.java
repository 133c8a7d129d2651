package ai.fovea.base;

import java.util.List;

/// An input that can't be used: an image, a list, a file of another program.
public class InputException extends FoveaException {
  private static final long serialVersionUID = 1;

  /// An exception with one problem.
  public InputException(String message) {
    super(message);
  }

  /// An exception with several problems.
  ///
  /// @param message tells the first of them and how many there are, see [Problems#text]
  /// @param problems one line each, at least one
  public InputException(String message, List<String> problems) {
    super(message, problems);
  }
}
