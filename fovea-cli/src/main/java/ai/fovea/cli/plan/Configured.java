package ai.fovea.cli.plan;

import ai.fovea.cli.Common;
import ai.fovea.cli.options.Bounds;
import ai.fovea.cli.recognize.ConfigurationKind;
import ai.fovea.config.Config;
import ai.fovea.config.ShellWords;
import ai.fovea.plan.Recipe;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of every command that a configuration describes, as PaddleClas users know them.
@SuppressWarnings("UnusedVariable") // picocli sets the fields
public final class Configured {
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
      description = "Threads for the network, and as many for images. Default: one per core.")
  @Bounds(from = 0, to = 256)
  private int threads = Runtime.getRuntime().availableProcessors();

  /// The file, where one is named.
  public Optional<Path> file() {
    return Optional.ofNullable(config);
  }

  /// How many threads, at least one.
  public int threads() {
    return Math.max(1, threads);
  }

  /// The configuration; what is wrong in it is told by the run, with all else that is.
  public Recipe recipe(Common common) {
    return recipe(common, List.of());
  }

  /// The same.
  ///
  /// @param more what further options of the command line replace
  public Recipe recipe(Common common, List<String> more) {
    if (config == null) {
      throw common.wrongUsage("-c FILE is needed: the configuration to work with");
    }
    List<String> options = new ArrayList<>(overrides);
    options.addAll(more);
    Config read = Config.read(config).override(options);
    ConfigurationKind.requireTraining(config, read);
    return Recipe.unchecked(read);
  }

  /// A command line with this configuration and its options that can be pasted.
  ///
  /// @param options replace those of the same keys
  public String command(String name, String... options) {
    List<String> words = new ArrayList<>();
    words.add(name);
    words.add("-c");
    words.add(String.valueOf(config));
    Set<String> weights = Set.of("Global.checkpoints", "Global.pretrained_model");
    Stream.concat(
            // What weights were started from is not what one goes on with.
            overrides.stream().filter(o -> !weights.contains(key(o))), Stream.of(options))
        .forEach(o -> words.addAll(List.of("-o", o)));
    return words.stream()
        .map(ShellWords::quoted)
        .collect(Collectors.joining(" ", ShellWords.command() + " ", ""));
  }

  private static String key(String option) {
    return option.replaceFirst("=.*", "");
  }

  /// A line of the log with its time.
  public static String stamped(String line) {
    return "["
        + LocalDateTime.now(java.time.ZoneId.systemDefault()).format(STAMP)
        + "] fovea INFO: "
        + line;
  }
}
