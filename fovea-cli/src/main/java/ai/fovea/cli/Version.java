package ai.fovea.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/// The version that the jar says it is.
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
            .orElse("(not packaged)");
    return new String[] {
      "fovea " + version + ", Java " + System.getProperty("java.version", "(unknown)")
    };
  }
}
