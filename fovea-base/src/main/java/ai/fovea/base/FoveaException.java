package ai.fovea.base;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The base of what Fovea throws for something that is wrong outside the program: an input ([InputException]), a
/// configuration (`ConfigException`), a model ([ModelException]) or a gallery (`GalleryException`).
///
/// The message is for people and names the thing, the place and the remedy. A disk or a network that fails is an
/// [java.io.IOException], a wrong argument of a call an [IllegalArgumentException].
public abstract class FoveaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String[] problems;

  /// An exception with one problem.
  protected FoveaException(String message) {
    super(message); // its cause may be set later
    problems = new String[] {message};
  }

  /// An exception with one problem and its cause.
  protected FoveaException(String message, @Nullable Throwable cause) {
    super(message, cause);
    problems = new String[] {message};
  }

  /// An exception with several problems.
  ///
  /// @param message tells the first of them and how many there are, see [Problems#text]
  /// @param problems one line each, at least one
  protected FoveaException(String message, List<String> problems) {
    super(message);
    this.problems = problems.toArray(String[]::new);
  }

  /// Returns everything that is wrong, one line each, at least one; the message may show the first alone.
  public final List<String> problems() {
    return List.of(problems);
  }
}
