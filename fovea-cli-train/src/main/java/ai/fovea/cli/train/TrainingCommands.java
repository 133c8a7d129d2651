package ai.fovea.cli.train;

import ai.fovea.cli.CommandProvider;
import java.util.List;

/// Brings the commands of this module to the command line.
public final class TrainingCommands implements CommandProvider {
  @Override
  public List<Object> commands() {
    return List.of(
        new TrainCommand(),
        new EvalCommand(),
        new InferCommand(),
        new ExportCommand(),
        new CheckCommand());
  }
}
