package ai.fovea.data;

import ai.fovea.base.InputException;
import ai.fovea.base.Problems;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A list file that can't be used: every bad line, with its number; the message shows the first twenty.
public final class ListException extends InputException {
  private static final long serialVersionUID = 1;

  private final transient @Nullable ImageList rest;

  /// @param problems one line each
  public ListException(List<String> problems) {
    this(problems, null);
  }

  /// @param problems one line each
  /// @param rest what can be understood of the list, in which further problems may be found
  ListException(List<String> problems, @Nullable ImageList rest) {
    super(Problems.text(problems), problems);
    this.rest = rest;
  }

  /// The lines that can be understood, also those whose images do not exist; empty where the list can't be read at all.
  public Optional<ImageList> rest() {
    return Optional.ofNullable(rest);
  }
}
