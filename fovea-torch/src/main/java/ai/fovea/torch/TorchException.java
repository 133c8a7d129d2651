package ai.fovea.torch;

import ai.fovea.base.ModelException;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// libtorch refused an operation; the message, on one line, names what was being done.
public class TorchException extends ModelException {
  private static final long serialVersionUID = 1L;

  private static final Pattern ENFORCED =
      Pattern.compile("^\\[enforce fail at [^\\]]*\\] [^.]*\\. ");
  private static final Pattern TRACE = Pattern.compile(" ?\\(?Exception raised from .*");

  /// An error with this message and libtorch's own as its cause.
  public TorchException(String message, Throwable cause) {
    super(message, cause);
  }

  /// Does something with libtorch, whose refusals are texts of C++ with a stack: they become exceptions that begin with what was
  /// being done.
  ///
  /// @param what asked where it failed
  /// @throws TorchException for what libtorch refuses, with its reason in few words; others are passed on
  public static <T> T during(Supplier<String> what, Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      if (!(e instanceof TorchException) && !isNative(e)) {
        throw e;
      }
      throw new TorchException(what.get() + ": " + reason(e), e);
    }
  }

  /// The same for what yields nothing.
  public static void during(Supplier<String> what, Runnable work) {
    during(
        what,
        () -> {
          work.run();
          return true;
        });
  }

  /// What the binding throws for an exception of C++; no code in Java throws just that.
  private static boolean isNative(RuntimeException e) {
    return e.getClass() == RuntimeException.class;
  }

  /// Why libtorch refused something: the first line, without where in its sources that is written.
  static String reason(Throwable e) {
    String first =
        String.valueOf(e.getMessage())
            .lines()
            .map(String::strip)
            .filter(l -> !l.isEmpty())
            .findFirst()
            .orElse("no reason given");
    String plain = TRACE.matcher(ENFORCED.matcher(first).replaceFirst("")).replaceFirst("").strip();
    return plain.contains("not enough memory") || plain.contains("can't allocate memory")
        ? "out of memory, take smaller batches (" + plain + ")"
        : plain;
  }
}
