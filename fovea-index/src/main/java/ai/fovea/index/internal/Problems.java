package ai.fovea.index.internal;

import java.util.ArrayList;
import java.util.List;

/// Collects what is wrong with an input, so that all of it is said at once.
public final class Problems {
  private static final int SHOWN = 20;

  private final List<String> lines = new ArrayList<>();

  /// Notes a problem.
  public void add(String line) {
    lines.add(line);
  }

  /// Returns whether there is none.
  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /// Returns all problems, in the order in which they were found.
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /// Returns one problem as it is; several with their number, the first twenty of them.
  public String text() {
    if (lines.size() == 1) {
      return lines.getFirst();
    }
    String shown = String.join("\n  ", lines.subList(0, Math.min(SHOWN, lines.size())));
    return lines.size()
        + " problems, nothing was changed:\n  "
        + shown
        + (lines.size() > SHOWN ? "\n  and " + (lines.size() - SHOWN) + " more" : "");
  }

  /// Ends the call with everything that was found.
  ///
  /// @throws IllegalArgumentException with [#text()], where there is any problem
  public void throwIfAny() {
    if (!lines.isEmpty()) {
      throw new IllegalArgumentException(text());
    }
  }
}
