package ai.fovea.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/// The one place where tests find golden files, data sets and weights that do not come with a clone.
///
/// The folder is the system property `fovea.shared`, else the environment variable `FOVEA_SHARED`, else
/// `shared` beside the checkout. Tests that need it report themselves as skipped where it is absent.
public final class Shared {
  private Shared() {}

  /// The folder, if this machine has it.
  public static Optional<Path> root() {
    String named = System.getProperty("fovea.shared", "");
    if (named.isBlank()) {
      named = Optional.ofNullable(System.getenv("FOVEA_SHARED")).orElse("");
    }
    if (!named.isBlank()) {
      return Optional.of(Path.of(named).toAbsolutePath()).filter(Files::isDirectory);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path beside = at.resolve("shared");
      if (Files.isDirectory(beside.resolve("golden"))) {
        return Optional.of(beside);
      }
    }
    return Optional.empty();
  }

  /// The file or folder `relative` below [#root].
  ///
  /// @throws TestAbortedException where it is absent, so that the test counts as skipped with this reason
  public static Path path(String relative) {
    Path root =
        root()
            .orElseThrow(() ->
                new TestAbortedException(
                    "needs " + relative + " of the shared data, which this machine does not have"));
    Path found = root.resolve(relative);
    if (!Files.exists(found)) {
      throw new TestAbortedException("needs " + relative + ", which is not in " + root);
    }
    return found;
  }
}
