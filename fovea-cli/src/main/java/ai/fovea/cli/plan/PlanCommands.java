package ai.fovea.cli.plan;

import ai.fovea.cli.CommandProvider;
import java.util.List;

/// Brings the commands of this package to the command line.
public final class PlanCommands implements CommandProvider {
  @Override
  public List<Object> commands() {
    return List.of(
        new InferCommand(), new CheckCommand(), new ConfigCommand(), new ExportCommand());
  }
}
