package ai.fovea.cli.train;

import ai.fovea.cli.Common;
import ai.fovea.config.Config;
import ai.fovea.train.Recipe;
import ai.fovea.train.TrainListener;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of every command that a configuration describes, as PaddleClas users know them.
@SuppressWarnings("UnusedVariable") // picocli sets the fields
final class Configured {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss");

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration, a PaddleClas YAML file.")
  private @Nullable Path config;

  @Option(
      names = {"-o", "--override"},
      paramLabel = "KEY=VALUE",
      description = "Replaces a value of the configuration, e.g. -o Global.epochs=10.")
  private List<String> overrides = List.of();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads for the network, and as many for pictures. Default: one per core.")
  private int threads = Runtime.getRuntime().availableProcessors();

  Optional<Path> file() {
    return Optional.ofNullable(config);
  }

  int threads() {
    return Math.max(1, threads);
  }

  Recipe recipe(Common common) {
    if (config == null) {
      throw common.wrongUsage("-c FILE is needed: the configuration to work with");
    }
    Config read = Config.read(config).override(overrides);
    read.notes().forEach(common::remark);
    return Recipe.of(read);
  }

  /// Log lines with the prefix of the reference.
  static TrainListener log(Common common) {
    return new TrainListener() {
      @Override
      public void line(String text) {
        common.remark(
            "["
                + LocalDateTime.now(java.time.ZoneId.systemDefault()).format(STAMP)
                + "] fovea INFO: "
                + text);
        common.out().flush();
      }
    };
  }
}
