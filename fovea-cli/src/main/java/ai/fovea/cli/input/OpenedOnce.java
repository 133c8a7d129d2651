package ai.fovea.cli.input;

import ai.fovea.cli.recognize.Gathered;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Something that is opened when it is first asked for, and closed with this if it was. For one thread.
///
/// @param <T> what is opened
public final class OpenedOnce<T extends AutoCloseable> implements AutoCloseable {
  private final Gathered.Reading<T> opening;
  private @Nullable T opened;

  public OpenedOnce(Gathered.Reading<T> opening) {
    this.opening = opening;
  }

  /// The same at each call.
  public T get() throws IOException {
    T there = opened;
    if (there == null) {
      there = opening.read();
      opened = there;
    }
    return there;
  }

  @Override
  public void close() throws IOException {
    T there = opened;
    if (there != null) {
      try {
        there.close();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
