package ai.fovea.cli.plan;

import ai.fovea.base.WholeFile;
import ai.fovea.cli.Beside;
import ai.fovea.cli.Common;
import ai.fovea.cli.ConfigurationKind;
import ai.fovea.cli.DeploymentCheck;
import ai.fovea.cli.Inputs;
import ai.fovea.cli.Outcome;
import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.plan.TrainingPlan;
import ai.fovea.plan.TrainingPlan.Findings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `fovea check`: which of somebody's configurations can be used here, before any data are at hand.
@Command(
    name = "check",
    description = {
      "Tells which configurations of PaddleClas can be used here, and what is missing for others.",
      "Reads them, builds networks, losses, optimizers, metrics and transforms. The data and"
          + " weights that they name are not needed."
    },
    footer = {
      "",
      "Example: fovea check ppcls/configs",
      "         fovea check recipe.yaml -o AMP.use_amp=False"
    })
@SuppressWarnings("UnusedVariable") // picocli sets the fields
final class CheckCommand implements Callable<Outcome> {
  @Mixin private final Common common = new Common();

  @Parameters(
      arity = "1..*",
      paramLabel = "PATH",
      description =
          "Configurations, folders, which are searched for .yaml and .yml files, patterns, or - for"
              + " a list of them on standard input.")
  private List<String> paths = List.of();

  @Option(
      names = {"-o", "--override"},
      paramLabel = "KEY=VALUE",
      description = "Replaces a value in each configuration, e.g. -o AMP.use_amp=False.")
  private List<String> overrides = List.of();

  @Option(
      names = "--markdown",
      description = "Print a table in Markdown, with the reasons counted above it.")
  @Beside(not = "--json")
  private boolean markdown;

  @Override
  public Outcome call() throws IOException {
    Config.of(Map.of()).override(overrides); // what fits no configuration is called in a wrong way
    Map<String, List<String>> found = new LinkedHashMap<>();
    Map<String, List<String>> warnings = new LinkedHashMap<>();
    Inputs inputs = Inputs.of(paths, common);
    List<String> unused = new ArrayList<>();
    Map<Path, String> names = names(named(inputs), unused);
    unused.addAll(inputs.problems());
    names.forEach((file, name) -> {
      Findings all = findings(file, overrides);
      found.put(
          name,
          all.problems().stream()
              .map(p -> p.startsWith(file + ": ") ? p.substring((file + ": ").length()) : p)
              .toList());
      if (!all.warnings().isEmpty()) {
        warnings.put(name, all.warnings());
      }
    });
    unused.forEach(common::problem);
    if (common.json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("configurations", found);
      result.put("warnings", warnings);
      result.put("problems", unused);
      common.print(result);
    } else if (found.isEmpty()) {
      return Outcome.INCOMPLETE;
    } else if (markdown) {
      common.out().print(SupportTable.of(found));
    } else {
      found.forEach((name, problems) -> {
        common.out().println(name + ": " + (problems.isEmpty() ? "works" : problems.getFirst()));
        problems.stream().skip(1).forEach(p -> common.out().println("  " + p));
        warnings
            .getOrDefault(name, List.of())
            .forEach(w -> common.out().println("  warning: " + w));
      });
      long works = found.values().stream().filter(List::isEmpty).count();
      common.out().println(works + " of " + found.size() + " configurations work");
    }
    return unused.isEmpty() && found.values().stream().allMatch(List::isEmpty)
        ? Outcome.DONE
        : Outcome.INCOMPLETE;
  }

  /// All configurations, each once, with what they are called: their place in the folder that was named, or all by their whole
  /// paths where some would be called the same.
  ///
  /// @param unused gets folders that hold none
  private static Map<Path, String> names(List<Path> paths, List<String> unused) throws IOException {
    Map<Path, String> names = new LinkedHashMap<>();
    for (Path path : paths) {
      List<Path> files = files(path);
      if (files.isEmpty()) {
        unused.add(path + ": no .yaml and no .yml file in this folder");
      }
      for (Path file : files) {
        names.putIfAbsent(file, name(path, file));
      }
    }
    if (new HashSet<>(names.values()).size() < names.size()) {
      names.replaceAll((file, _) -> name(file, file));
    }
    return names;
  }

  /// The paths, with those of a list in place of standard input.
  private static List<Path> named(Inputs inputs) throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path path : inputs.paths()) {
      if (inputs.standardInput().filter(path::equals).isPresent()) {
        List<String> lines = WholeFile.lines(path);
        for (int i = 0; i < lines.size(); i++) {
          String line = lines.get(i).strip();
          try {
            if (!line.isEmpty()) {
              all.add(Path.of(line));
            }
          } catch (InvalidPathException e) {
            inputs.problems().add("-:" + (i + 1) + ": can't be the name of a file: " + line);
          }
        }
      } else {
        all.add(path);
      }
    }
    return all;
  }

  /// The configurations at a path, sorted.
  static List<Path> files(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> all = Files.walk(path)) {
      return all.filter(f -> f.getFileName().toString().matches("(?i).*\\.ya?ml"))
          .sorted()
          .toList();
    }
  }

  /// What errors and tables call a file: its place in the folder that was named.
  static String name(Path path, Path file) {
    Path name = file.equals(path) ? path : path.relativize(file);
    return name.toString().replace('\\', '/');
  }

  /// All that stands in the way of a file, one line each.
  static List<String> problems(Path file, List<String> overrides) {
    return findings(file, overrides).problems();
  }

  private static Findings findings(Path file, List<String> overrides) {
    try {
      Config config = Config.read(file).override(overrides);
      ConfigurationKind kind = ConfigurationKind.of(config);
      return kind.notRead()
          .map(reason -> new Findings(List.of(reason), List.of()))
          .orElseGet(() -> findings(kind, config));
    } catch (ConfigException e) {
      return new Findings(e.problems(), List.of());
    }
  }

  static Findings findings(ConfigurationKind kind, Config config) {
    return kind == ConfigurationKind.DEPLOYMENT
        ? new Findings(DeploymentCheck.problems(config), List.of())
        : TrainingPlan.findings(config);
  }
}
