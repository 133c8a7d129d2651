package ai.fovea.gallery;

import ai.fovea.base.Problems;
import java.io.Serializable;
import java.util.List;

/// Images that were to be added, of which some can't be: none was added.
public final class RejectedEntriesException extends GalleryException {
  private static final long serialVersionUID = 1;

  private final Problem[] rejected;

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
  public RejectedEntriesException(List<Problem> rejected) {
    super(text(rejected), lines(rejected));
    this.rejected = rejected.toArray(Problem[]::new);
  }

  /// Returns everything that was found, in the order of the images.
  public List<Problem> rejected() {
    return List.of(rejected);
  }

  private static List<String> lines(List<Problem> rejected) {
    return rejected.stream().map(Problem::toString).toList();
  }

  private static String text(List<Problem> rejected) {
    String outcome = "nothing was added";
    return rejected.size() == 1
        ? outcome + ": " + rejected.getFirst()
        : Problems.text(lines(rejected), rejected.size(), outcome);
  }
}
