package ai.fovea.cli.train;

import ai.fovea.cli.CommandProvider;
import ai.fovea.torch.Torch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// Brings the commands of this module to the command line.
public final class TrainingCommands implements CommandProvider {
  @Override
  public List<Object> commands() {
    return List.of(new TrainCommand(), new EvalCommand());
  }

  @Override
  public Map<String, Callable<String>> libraries() {
    return Map.of("libtorch", Torch::version);
  }
}
