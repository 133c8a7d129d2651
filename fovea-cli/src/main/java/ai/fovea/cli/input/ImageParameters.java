package ai.fovea.cli.input;

import java.util.List;
import picocli.CommandLine.Parameters;

/// The images that a command is to look at.
public final class ImageParameters {
  @Parameters(
      arity = "0..*",
      paramLabel = "IMAGE",
      description =
          "Images, folders of them, lists of them, patterns such as 'photos/**/*.jpg', or - for"
              + " standard input.")
  private List<String> words = List.of();

  /// As they stand in the command line; none where a configuration names them.
  public List<String> words() {
    return words;
  }
}
