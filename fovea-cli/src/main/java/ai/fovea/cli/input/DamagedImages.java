package ai.fovea.cli.input;

import ai.fovea.cli.Failures;
import ai.fovea.image.ImageDecoder;
import ai.fovea.image.ImageException;
import ai.fovea.recognize.ModelOptions;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// `--accept-damaged`: whether damaged images are taken, with a warning, or left out and reported.
public final class DamagedImages {
  @Option(
      names = "--accept-damaged",
      description =
          "Take what can be decoded of damaged JPEG files, with a warning for each; without this"
              + " they are not taken, and told as problems.")
  private boolean accepted;

  /// Whether the option was given.
  public boolean accepted() {
    return accepted;
  }

  /// The same options, with damaged images accepted or not.
  public ModelOptions apply(ModelOptions options) {
    return options.withAcceptDamaged(accepted);
  }

  /// Reads images for people, damaged ones or not.
  public ImageDecoder decoder() {
    return ImageDecoder.STANDARD.withAcceptDamage(accepted);
  }

  /// The warning for a file that was taken, if it is damaged.
  public Optional<String> warning(Path file) {
    if (!accepted) {
      return Optional.empty();
    }
    try {
      return ImageDecoder.STANDARD
          .damage(ImageDecoder.STANDARD.load(file), file.toString())
          .map(ImageException::reason)
          .map(reason -> file + ": taken though " + reason);
    } catch (ImageException e) {
      return Optional.of(file + ": can't be looked at again: " + Failures.describe(e));
    }
  }
}
