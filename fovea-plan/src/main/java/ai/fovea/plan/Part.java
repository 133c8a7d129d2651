package ai.fovea.plan;

import ai.fovea.base.Problems;
import ai.fovea.config.Config;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A section of a configuration, read apart from the others: what is wrong with it matters to those alone who use it.
///
/// @param value what it says; empty where too much is wrong with it
/// @param problems all that is wrong
record Part<T>(Optional<T> value, List<String> problems) {
  /// Reads a section.
  ///
  /// @param reader gets the whole configuration; what it notes and what it throws are problems of the section
  static <T> Part<T> of(Config config, Function<Config, T> reader) {
    Config apart = config.apart();
    var problems = new Problems();
    Optional<T> value = problems.collect(() -> reader.apply(apart));
    problems.collect(() -> apart.check());
    return new Part<>(problems.isEmpty() ? value : Optional.empty(), problems.all());
  }

  /// Notes its problems among others.
  void tell(Problems all) {
    all.addAll(problems);
  }
}
