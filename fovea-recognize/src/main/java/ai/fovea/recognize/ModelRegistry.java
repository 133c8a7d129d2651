package ai.fovea.recognize;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

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
  private boolean closed;

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
  /// @param session the registry's from now on; closed when it is exchanged, removed, or the registry closed
  /// @throws IllegalStateException if the registry is closed; the session stays the caller's then
  public void put(String name, ModelSession session) {
    ModelSession before;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the registry of models is closed");
      }
      before = sessions.put(name, session);
    }
    if (before != null) {
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
  public ModelSession share(String name) throws ModelException {
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
  /// @throws ModelException where there is none of that name
  public <T, E extends Exception> T use(String name, Call<T, E> call) throws E, IOException {
    try (ModelSession session = share(name)) {
      return call.run(session);
    }
  }

  /// Takes all models out, and waits for calls that run them. Does nothing the second time.
  @Override
  public void close() {
    List<ModelSession> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(sessions.values());
      sessions.clear();
    }
    all.forEach(ModelSession::close);
  }
}
