package ai.fovea.cli.recognize;

import ai.fovea.base.FoveaException;
import ai.fovea.cli.Failures;
import ai.fovea.config.ConfigException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What is wrong with a configuration and with what it names, gathered so that all of it is told at once.
public final class Gathered {
  private final List<Exception> failures = new ArrayList<>();

  /// Reads something.
  ///
  /// @param <T> what it is
  @FunctionalInterface
  public interface Reading<T> {
    T read() throws IOException;
  }

  /// Looks at something.
  @FunctionalInterface
  public interface Look {
    public void look() throws IOException;
  }

  /// What is read; empty where that fails.
  <T> Optional<T> read(Reading<T> reading) {
    try {
      return Optional.of(reading.read());
    } catch (FoveaException | IOException e) {
      failures.add(e);
      return Optional.empty();
    }
  }

  /// Whether nothing is wrong with what is looked at.
  public boolean look(Look look) {
    return read(
            () -> {
              look.look();
              return true;
            })
        .isPresent();
  }

  /// Ends the command where anything was wrong.
  ///
  /// @throws ConfigException with all that was; a single failure is thrown as it was
  public void check() throws IOException {
    if (failures.size() == 1) {
      switch (failures.getFirst()) {
        case IOException e -> throw e;
        case ConfigException e -> throw e;
        default -> throw new IllegalStateException(failures.getFirst());
      }
    }
    if (!failures.isEmpty()) {
      throw new ConfigException(failures.stream().flatMap(Gathered::problems).distinct().toList());
    }
  }

  private static Stream<String> problems(Exception failure) {
    return failure instanceof ConfigException config
        ? config.problems().stream()
        : Stream.of(Failures.describe(failure));
  }
}
