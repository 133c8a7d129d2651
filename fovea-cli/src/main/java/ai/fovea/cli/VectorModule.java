package ai.fovea.cli;

import java.lang.reflect.Method;
import java.util.Optional;

/// Adds Java's vector module to the running process.
///
/// Searching is several times faster with `jdk.incubator.vector`. Where that is added in the ordinary way (`--add-modules`), Java
/// prints "WARNING: Using incubator modules" on standard error, on every start and without a switch to leave it out. So the launcher
/// starts Java without the module, with `-XX:+EnableVectorSupport`, which `--add-modules` would imply and without which its
/// methods are not compiled to vector instructions, and sets the property that is looked at here. The JDK's own
/// function for adding a module later is not public; the launcher exports it (`--add-exports`
/// `java.base/jdk.internal.module=ALL-UNNAMED`). Where a later JDK has no such function, searches run without vector
/// instructions, with the same results (`fovea doctor` tells).
final class VectorModule {
  /// Set by the launcher.
  static final String PROPERTY = "fovea.vectors";

  private VectorModule() {}

  /// Adds the module where the launcher asks for it; to be called before the first index is made.
  ///
  /// @return why it could not be added, if so
  static Optional<String> addWhereAskedFor() {
    if (Boolean.getBoolean(PROPERTY)) {
      try {
        Method load =
            Class.forName("jdk.internal.module.Modules").getMethod("loadModule", String.class);
        load.invoke(null, "jdk.incubator.vector");
      } catch (ReflectiveOperationException e) {
        return Optional.of(
            "this Java can't add its vector module: " + Failures.plain(e.toString()));
      }
    }
    return Optional.empty();
  }
}
