package ai.fovea.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// Brings more commands to the command line. Found by `ServiceLoader`, so that whoever only recognises images never
/// downloads what training needs.
///
/// ```java
/// public final class TrainingCommands implements CommandProvider {
///   public List<Object> commands() {
///     return List.of(new TrainCommand());
///   }
/// }
/// ```
///
/// Named in `META-INF/services/ai.fovea.cli.CommandProvider`.
public interface CommandProvider {
  /// The commands: new objects of classes annotated with picocli's `@Command`, each a `Callable` of [Outcome] with a
  /// [Common] mixed in.
  List<Object> commands();

  /// Native libraries that these commands need, for `fovea doctor`: a name, and what loads the library and gives its
  /// version. What it throws is shown.
  default Map<String, Callable<String>> libraries() {
    return Map.of();
  }
}
