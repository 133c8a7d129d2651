package ai.fovea.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Answers the signals that end a program (Ctrl-C, `kill`, a terminal that is closed) in place of Java, which would run the shutdown
/// hooks of all libraries beside the work that still uses them: that of ONNX Runtime takes its environment away, and the process
/// crashes.
///
/// By reflection: `sun.misc.Signal` is there to be used (module `jdk.unsupported`), but the compiler warns of it in a way that
/// nothing turns off.
final class Signals {
  /// What a process that a signal has ended is known by is its number and this.
  private static final int ENDED_BY_SIGNAL = 128;

  private static final Map<String, Integer> NUMBERS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

  /// How long after the first signal another is the same one again: `timeout` and shells send one to a process and to its group, a
  /// terminal that is closed sends more than one. Nobody presses Ctrl-C twice on purpose in that time.
  private static final Duration SAME = Duration.ofMillis(100);

  private Signals() {}

  /// Answers from now on. A later signal, while the first is being answered, ends the process at once. A signal that can't be handled (Java was started with `-Xrs`, the platform has none of the kind) or that is
  /// ignored (`nohup`) stays as it is.
  ///
  /// @param answer given the status that the process ends with when it returns
  static void answer(IntConsumer answer) {
    var first = new AtomicReference<@Nullable Long>();
    NUMBERS.forEach((name, number) -> {
      try {
        handle(name, () -> end(ENDED_BY_SIGNAL + number, answer, first));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("sun.misc.Signal is another than it was", e);
      }
    });
  }

  private static void handle(String name, Runnable answer) throws ReflectiveOperationException {
    Class<?> signals = Class.forName("sun.misc.Signal");
    Class<?> handlers = Class.forName("sun.misc.SignalHandler");
    MethodHandle handler =
        MethodHandles.dropArguments(
            MethodHandles.lookup().bind(answer, "run", MethodType.methodType(void.class)),
            0,
            signals);
    try {
      signals
          .getMethod("handle", signals, handlers)
          .invoke(
              null,
              signals.getConstructor(String.class).newInstance(name),
              MethodHandleProxies.asInterfaceInstance(handlers, handler));
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IllegalArgumentException)) {
        throw e;
      } // else: this one can't be handled here
    }
  }

  /// Ends the process as it is: whatever else would run now would run beside the work. Java calls this on a new thread for each
  /// signal.
  ///
  /// @param first when the first signal came
  private static void end(int status, IntConsumer answer, AtomicReference<@Nullable Long> first) {
    long now = System.nanoTime();
    Long before = first.compareAndExchange(null, now);
    if (before != null) {
      if (now - before >= SAME.toNanos()) {
        Runtime.getRuntime().halt(status);
      }
      return;
    }
    try {
      answer.accept(status);
    } finally {
      Runtime.getRuntime().halt(status);
    }
  }
}
