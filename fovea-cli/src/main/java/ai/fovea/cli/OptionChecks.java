package ai.fovea.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// What a command line says that no command can mean, found before any of them begins: values that are empty, no finite
/// numbers, or out of the range that an option has in all commands, and options that contradict each other.
final class OptionChecks {
  private OptionChecks() {}

  /// Looks at all that was given to a command.
  ///
  /// @throws ParameterException with every finding
  static void check(CommandLine command) {
    ParseResult parsed = command.getParseResult();
    List<String> findings = new ArrayList<>();
    for (OptionSpec option : parsed.matchedOptions()) {
      option
          .originalStringValues()
          .forEach(v -> finding(option, option.longestName(), v).ifPresent(findings::add));
    }
    parsed
        .matchedPositionals()
        .forEach(p ->
            p.originalStringValues()
                .forEach(v -> finding(p, p.paramLabel(), v).ifPresent(findings::add)));
    contradiction(parsed, "--quiet", "--verbose").ifPresent(findings::add);
    boolean stores =
        command.getCommandSpec().mixins().values().stream()
            .anyMatch(m -> m.userObject() instanceof Threshold);
    if (stores) {
      contradiction(parsed, "--threshold", "--false-accept-rate").ifPresent(findings::add);
    }
    if (!findings.isEmpty()) {
      throw new ParameterException(command, String.join("\n", findings));
    }
  }

  private static Optional<String> contradiction(ParseResult parsed, String one, String other) {
    return parsed.hasMatchedOption(one) && parsed.hasMatchedOption(other)
        ? Optional.of(one + " and " + other + " contradict each other: give one of them")
        : Optional.empty();
  }

  private static Optional<String> finding(ArgSpec arg, String name, String value) {
    if (value.isEmpty()) {
      return Optional.of(name + ": the value is empty");
    }
    Class<?> type = arg.auxiliaryTypes()[0];
    if (!(type.isPrimitive() || Number.class.isAssignableFrom(type)) || type == boolean.class) {
      return Optional.empty();
    }
    double number = Double.parseDouble(value);
    String expected =
        switch (name) {
          case "--threads" -> number >= 0 ? "" : "0 or more";
          case "--false-accept-rate" ->
              number > 0 && number < 1 ? "" : "between 0 and 1, both excluded";
          default -> Double.isFinite(number) ? "" : "a finite number";
        };
    return expected.isEmpty()
        ? Optional.empty()
        : Optional.of(name + " is " + value + ", must be " + expected);
  }
}
