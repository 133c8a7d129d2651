package ai.fovea.gallery.internal.local;

import java.io.IOException;

/// Where the changes of a gallery go so that they last.
///
/// One thread at a time, but for [Pending].
interface Journal {
  /// The journal of a gallery in memory, which stores nothing.
  Journal NONE =
      new Journal() {
        @Override
        public Pending append(LoggedChange change) {
          return Pending.NOTHING;
        }
      };

  /// A change that was written down.
  @FunctionalInterface
  interface Pending {
    /// A change that needs no waiting.
    Pending NOTHING = () -> {};

    /// Returns when the change is as durable as the gallery's [Durability] asks; for any number of
    /// threads.
    void await() throws IOException;
  }

  /// Why a snapshot may be written.
  enum CompactionReason {
    /// Somebody asks for it.
    ASKED,
    /// Something was changed: only where the log has grown long.
    CHANGE,
    /// The gallery is being closed: only where the next opening gains.
    CLOSING
  }

  /// Returns whether it takes changes.
  default boolean isReadOnly() {
    return false;
  }

  /// Writes down what is about to be done; on an error it is not to be done.
  Pending append(LoggedChange change) throws IOException;

  /// Refuses changes from now on, because what was written down was not done.
  default void fail(Throwable why) {}

  /// Returns when all changes are durable.
  default void flush() throws IOException {}

  /// Writes a snapshot and begins the log anew, where the occasion asks for it.
  default void compact(CompactionReason occasion) throws IOException {}

  /// Compares everything that is on disk with its checksums.
  default void verify() throws IOException {}

  /// Releases the files.
  default void close() throws IOException {}
}
