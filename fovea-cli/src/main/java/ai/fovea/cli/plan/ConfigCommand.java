package ai.fovea.cli.plan;

import ai.fovea.cli.Common;
import ai.fovea.cli.ConfigurationKind;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.Table;
import ai.fovea.config.Config;
import ai.fovea.config.Config.Setting;
import ai.fovea.config.ConfigException;
import ai.fovea.plan.TrainingPlan;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `fovea config`: what a configuration comes to, with options and defaults.
@Command(
    name = "config",
    description = {
      "Prints every setting of a configuration of PaddleClas with its origin: the line of the file,"
          + " an option, or a default that holds because nothing else is said.",
      "Then what stands in the way of using it here. The data and weights that it names are not"
          + " needed."
    },
    footer = {"", "Example: fovea config recipe.yaml -o Global.epochs=10"})
@SuppressWarnings("UnusedVariable") // picocli sets the fields
final class ConfigCommand implements Callable<Outcome> {
  @Mixin private final Common common = new Common();

  @Parameters(paramLabel = "FILE", description = "The configuration.")
  private Path file = Path.of("");

  @Option(
      names = {"-o", "--override"},
      paramLabel = "KEY=VALUE",
      description = "Replaces a value, e.g. -o Global.epochs=10.")
  private List<String> overrides = List.of();

  @Override
  public Outcome call() {
    Config config = Config.read(file).override(overrides);
    ConfigurationKind kind = ConfigurationKind.of(config);
    kind.notRead()
        .ifPresent(reason -> {
          throw new ConfigException(file + ": " + reason);
        });
    TrainingPlan.Findings findings = CheckCommand.findings(kind, config);
    List<String> problems = findings.problems();
    if (common.json()) {
      var result = new LinkedHashMap<String, Object>();
      result.put("settings", config.settings().stream().map(ConfigCommand::plain).toList());
      result.put("problems", problems);
      result.put("warnings", findings.warnings());
      common.print(result);
    } else {
      Table table = new Table("setting", "value", "from");
      // Export and inference read keys of their own, so this does not say that one has no effect.
      String unread =
          kind == ConfigurationKind.DEPLOYMENT
              ? ", not read"
              : ", not read by training and evaluation";
      config
          .settings()
          .forEach(
              s -> table.row(s.path(), shown(s.value()), origin(s) + (s.read() ? "" : unread)));
      common.print(table);
      problems.forEach(common::problem);
      findings.warnings().forEach(common::warning);
    }
    return problems.isEmpty() ? Outcome.DONE : Outcome.INCOMPLETE;
  }

  private static String origin(Setting setting) {
    return switch (setting.origin()) {
      case FILE -> setting.line().isPresent() ? "line " + setting.line().getAsInt() : "the file";
      case OPTION -> "-o";
      case DEFAULT -> "default";
    };
  }

  /// As Python writes it, which is how configurations are written.
  private static Object shown(@Nullable Object value) {
    return switch (value) {
      case null -> "None";
      case Boolean flag -> flag ? "True" : "False";
      case Double number when number == Math.rint(number) && Math.abs(number) < 1e9 ->
          String.valueOf(number.longValue());
      case List<?> list -> list.stream().map(ConfigCommand::shown).toList();
      default -> value;
    };
  }

  private static Map<String, @Nullable Object> plain(Setting setting) {
    var map = new LinkedHashMap<String, @Nullable Object>();
    map.put("setting", setting.path());
    map.put("value", setting.value());
    map.put("from", setting.origin().name().toLowerCase(Locale.ROOT));
    setting.line().ifPresent(line -> map.put("line", line));
    map.put("read", setting.read());
    return map;
  }
}
