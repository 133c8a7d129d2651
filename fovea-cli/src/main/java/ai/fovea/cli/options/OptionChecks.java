package ai.fovea.cli.options;

import ai.fovea.cli.Outputs;
import ai.fovea.gallery.Filter;
import ai.fovea.index.IndexSettings;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// What a command line says that no command can mean, found before any of them begins: values that are empty, no finite
/// numbers, or out of range ([Bounds]), places that can't be written ([Written]), and options that contradict each other.
public final class OptionChecks {
  private static final String INDEX = "--index";
  private static final String FILTER = "--filter";

  private OptionChecks() {}

  /// Looks at all that was given to a command.
  ///
  /// @throws ParameterException with every finding
  public static void check(CommandLine command) {
    ParseResult parsed = command.getParseResult();
    List<String> findings = new ArrayList<>();
    for (OptionSpec option : parsed.matchedOptions()) {
      option
          .stringValues()
          .forEach(v -> finding(option, option.longestName(), v).ifPresent(findings::add));
    }
    parsed
        .matchedPositionals()
        .forEach(p ->
            p.stringValues().forEach(v -> finding(p, p.paramLabel(), v).ifPresent(findings::add)));
    parsed.matchedOptions().forEach(option -> findings.addAll(overInput(parsed, option)));
    parsed
        .matchedOptions()
        .forEach(option ->
            mark(option, Beside.class).ifPresent(b -> beside(parsed, option, b, findings)));
    if (!findings.isEmpty()) {
      throw new ParameterException(command, String.join("\n", findings));
    }
  }

  /// Files to be written that the command reads, or that are images in a folder that it reads.
  private static List<String> overInput(ParseResult parsed, OptionSpec option) {
    if (mark(option, Written.class).filter(as -> !as.folder()).isEmpty()) {
      return List.of();
    }
    List<String> inputs =
        Stream.concat(
                parsed.matchedPositionals().stream(),
                parsed.matchedOptions().stream()
                    .filter(other -> mark(other, Written.class).isEmpty()))
            .flatMap(arg -> arg.stringValues().stream())
            .toList();
    return option.stringValues().stream()
        .flatMap(value ->
            inputs.stream()
                .filter(input -> Outputs.isInput(value, input))
                .limit(1)
                .map(input ->
                    option.longestName()
                        + " would replace "
                        + value
                        + (input.equals(value) ? "" : " in " + input)
                        + ", which the command reads: name another file"))
        .toList();
  }

  private static void beside(
      ParseResult parsed, OptionSpec option, Beside beside, List<String> findings) {
    String name = option.longestName();
    if (!beside.needs().isEmpty() && !parsed.hasMatchedOption(beside.needs())) {
      findings.add(name + " has no meaning without " + beside.needs());
    }
    for (String other : beside.not()) {
      if (parsed.hasMatchedOption(other)) {
        findings.add(name + " and " + other + " contradict each other: give one of them");
      }
    }
  }

  private static Optional<String> finding(ArgSpec arg, String name, String value) {
    if (value.isEmpty()) {
      return Optional.of(name + ": the value is empty");
    }
    Class<?> type = arg.auxiliaryTypes()[0];
    if ((type.isPrimitive() || Number.class.isAssignableFrom(type)) && type != boolean.class) {
      return number(name, value, type, mark(arg, Bounds.class));
    }
    if (name.equals(INDEX)) {
      return parsed(INDEX, value, IndexSettings::parse);
    }
    if (name.equals(FILTER)) {
      return parsed(FILTER, value, Filter::parse);
    }
    return mark(arg, Written.class)
        .flatMap(as -> Outputs.problem(value, as))
        .map(reason -> name + " " + reason);
  }

  private static <A extends Annotation> Optional<A> mark(ArgSpec arg, Class<A> type) {
    return arg.userObject() instanceof AnnotatedElement field
        ? Optional.ofNullable(field.getAnnotation(type))
        : Optional.empty();
  }

  private static Optional<String> number(
      String name, String value, Class<?> type, Optional<Bounds> bounds) {
    double number =
        type == float.class || type == Float.class
            ? Float.parseFloat(value)
            : Double.parseDouble(value);
    if (!Double.isFinite(number)) {
      return Optional.of(name + " is " + value + ", must be a finite number");
    }
    return bounds
        .filter(b -> !isWithin(number, b))
        .map(b -> name + " is " + value + ", must be " + range(b));
  }

  private static boolean isWithin(double number, Bounds bounds) {
    return bounds.excluded()
        ? number > bounds.from() && number < bounds.to()
        : number >= bounds.from() && number <= bounds.to();
  }

  private static String range(Bounds bounds) {
    if (bounds.excluded()) {
      return "between " + plain(bounds.from()) + " and " + plain(bounds.to()) + ", both excluded";
    }
    return bounds.to() == Double.POSITIVE_INFINITY
        ? plain(bounds.from()) + " or more"
        : plain(bounds.from()) + " to " + plain(bounds.to());
  }

  private static String plain(double number) {
    return new BigDecimal(number).toPlainString();
  }

  private static Optional<String> parsed(String name, String value, Consumer<String> parse) {
    try {
      parse.accept(value);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(name + ": " + e.getMessage());
    }
  }
}
