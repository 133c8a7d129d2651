package ai.fovea.data;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A list file that can't be used: every bad line, with its number.
public final class ListException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int SHOWN = 20;

  private final String[] problems;
  private final transient @Nullable ImageList rest;

  /// @param problems one line each
  public ListException(List<String> problems) {
    this(problems, null);
  }

  /// @param problems one line each
  /// @param rest what can be understood of the list, in which further problems may be found
  ListException(List<String> problems, @Nullable ImageList rest) {
    super(message(problems));
    this.problems = problems.toArray(String[]::new);
    this.rest = rest;
  }

  /// The lines that can be understood, also those whose images do not exist; empty where the list can't be read at all.
  public Optional<ImageList> rest() {
    return Optional.ofNullable(rest);
  }

  /// One line for each problem, all of them (the message shows the first twenty).
  public List<String> problems() {
    return List.of(problems);
  }

  private static String message(List<String> problems) {
    if (problems.size() == 1) {
      return problems.getFirst();
    }
    String shown = String.join("\n  ", problems.subList(0, Math.min(SHOWN, problems.size())));
    int hidden = problems.size() - SHOWN;
    return problems.size()
        + " problems:\n  "
        + shown
        + (hidden > 0 ? "\n  and " + hidden + " more" : "");
  }
}
