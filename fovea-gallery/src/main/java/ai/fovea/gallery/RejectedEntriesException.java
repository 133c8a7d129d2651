package ai.fovea.gallery;

import java.io.Serializable;
import java.util.List;

/// Images that were to be added, of which some can't be: none was added.
public final class RejectedEntriesException extends GalleryException {
  private static final long serialVersionUID = 1;
  private static final int SHOWN = 20;

  private final Problem[] problems;

  /// What is wrong with one of the images.
  ///
  /// @param position its place among those that were to be added, from 0
  /// @param name its source, or its label
  /// @param what the trouble
  public record Problem(int position, String name, String what) implements Serializable {
    @Override
    public String toString() {
      return name + " (number " + (position + 1) + "): " + what;
    }
  }

  /// With everything that was found.
  public RejectedEntriesException(List<Problem> problems) {
    super(text(problems));
    this.problems = problems.toArray(Problem[]::new);
  }

  /// Everything that was found, in the order of the images.
  public List<Problem> problems() {
    return List.of(problems);
  }

  private static String text(List<Problem> problems) {
    String all =
        String.join("\n  ", problems.stream().limit(SHOWN).map(Problem::toString).toList());
    return (problems.size() == 1
            ? "nothing was added: "
            : problems.size() + " problems, nothing was added:\n  ")
        + all
        + (problems.size() > SHOWN ? "\n  and " + (problems.size() - SHOWN) + " more" : "");
  }
}
