package ai.fovea.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/// The version that the jar says it is.
final class Version implements IVersionProvider {
  /// The version alone.
  String number() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("(not packaged)");
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "fovea " + number() + ", Java " + System.getProperty("java.version", "(unknown)")
    };
  }
}
