package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Models by name, which can be exchanged while others run them. Thread-safe.
///
/// An exchange is atomic: a call that began on the old model ends on it, one that begins later runs the new one, and the old one is released when
/// the last call on it ends. No call waits for an exchange.
///
/// ```java
/// registry.put("products", ModelSession.open(ModelFolder.open(folder), ModelOptions.DEFAULT));
/// float[] features = registry.use("products", session -> Embedder.of(session).embed(image));
/// ```
public final class ModelRegistry implements AutoCloseable {
  private final ConcurrentHashMap<String, ModelSession> sessions = new ConcurrentHashMap<>();

  /// Calls through [#use] hold it for reading, and closing waits for writing. It is only ever tried for reading, so that no call waits.
  private final ReentrantReadWriteLock calls = new ReentrantReadWriteLock();

  private volatile boolean closed;

  /// An empty registry.
  public ModelRegistry() {}

  /// A call with a session.
  @FunctionalInterface
  public interface Call<T, E extends Exception> {
    /// Makes the call.
    ///
    /// @param session the caller's until the call ends, whatever is exchanged meanwhile; views of it need not be closed
    T run(ModelSession session) throws E;
  }

  /// Gives a name to a model, in place of the one that had it.
  ///
  /// @param session the registry's from now on; closed when it is exchanged, removed, or the registry closed. The one that has the name already
  ///     keeps it
  /// @throws IllegalStateException if the registry or the session is closed; nothing is exchanged, and the session stays the caller's then
  public void put(String name, ModelSession session) {
    ModelSession before;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the registry of models is closed");
      }
      if (session.isClosed()) {
        throw new IllegalStateException(
            "the model " + session.place() + " for '" + name + "' is closed: open it again");
      }
      before = sessions.put(name, session);
    }
    if (before != null && before != session) {
      before.retire();
    }
  }

  /// Takes a model out; calls that run it end on it.
  ///
  /// @return whether there was one of that name
  public boolean remove(String name) {
    ModelSession before = sessions.remove(name);
    if (before != null) {
      before.retire();
    }
    return before != null;
  }

  /// The names of the models, in alphabetical order.
  public Set<String> names() {
    return new TreeSet<>(sessions.keySet());
  }

  /// A session of the model that has a name now, to be closed by the caller, and good until then whatever is exchanged.
  ///
  /// @throws ModelException where there is none of that name, with those that there are
  public ModelSession share(String name) {
    while (true) {
      ModelSession now = sessions.get(name);
      if (now == null) {
        throw new ModelException(
            "there is no model '"
                + name
                + "'; there are "
                + (sessions.isEmpty() ? "none" : String.join(", ", names())));
      }
      Optional<ModelSession> shared = now.tryShare();
      if (shared.isPresent()) {
        return shared.get();
      }
      // It was exchanged in between, and the next look finds the new one; or somebody else closed
      // it.
      if (sessions.get(name) == now) {
        throw new IllegalStateException(
            "the model '" + name + "' was closed by somebody else than the registry");
      }
    }
  }

  /// Makes a call with the model that has a name now.
  ///
  /// @throws ModelException where there is none of that name, or the registry is closed
  public <T, E extends Exception> T use(String name, Call<T, E> call) throws E {
    if (!calls.readLock().tryLock()) {
      throw isClosed(name);
    }
    try {
      if (closed && calls.getReadHoldCount() == 1) { // a call that began before goes on
        throw isClosed(name);
      }
      try (ModelSession session = share(name)) {
        return call.run(session);
      }
    } finally {
      calls.readLock().unlock();
    }
  }

  private static ModelException isClosed(String name) {
    return new ModelException(
        "there is no model '" + name + "' any more: the registry of models is closed");
  }

  /// Takes all models out, and waits for the calls that run them through [#use]; what [#share] returned lives until it is closed. Does nothing the
  /// second time.
  ///
  /// @throws IllegalStateException if the calling thread is in the middle of such a call
  @Override
  public void close() {
    if (calls.getReadHoldCount() > 0) {
      throw new IllegalStateException(
          "the registry of models can't be closed by a call that it makes");
    }
    List<ModelSession> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(sessions.values());
      sessions.clear();
    }
    calls.writeLock().lock();
    try {
      all.forEach(ModelSession::close);
    } finally {
      calls.writeLock().unlock();
    }
  }
}
