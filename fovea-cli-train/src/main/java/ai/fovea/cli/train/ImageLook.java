package ai.fovea.cli.train;

import ai.fovea.cli.options.Beside;
import java.util.List;
import picocli.CommandLine.Option;

/// Whether every image of a configuration's lists is looked at before a run.
@SuppressWarnings("UnusedVariable") // picocli sets the field
final class ImageLook {
  @Option(
      names = "--no-check",
      description = "Begin without a look at every image, which finds damaged ones before.")
  @Beside(needs = "--config")
  private boolean leftOut;

  /// What this replaces in the configuration.
  List<String> overrides() {
    return leftOut ? List.of("Global.check_images=False") : List.of();
  }
}
