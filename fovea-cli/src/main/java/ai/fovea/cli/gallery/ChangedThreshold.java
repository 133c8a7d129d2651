package ai.fovea.cli.gallery;

import ai.fovea.cli.options.Beside;
import picocli.CommandLine.Option;

/// How the threshold of a gallery that was there before is found, or that it stays.
final class ChangedThreshold extends Threshold {
  @Option(
      names = "--keep-threshold",
      description =
          "Leave the threshold and its expected rates as they are; finding them anew takes seconds"
              + " in a large gallery. `fovea gallery calibrate` does it later.")
  @Beside(not = {"--threshold", "--false-accept-rate"})
  private boolean kept;

  @Override
  boolean keeps() {
    return kept;
  }
}
