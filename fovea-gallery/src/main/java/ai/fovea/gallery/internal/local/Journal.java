package ai.fovea.gallery.internal.local;

import java.io.IOException;

/// Where the changes of a gallery go so that they last.
///
/// One thread at a time, but for [Pending].
interface Journal {
  /// For what keeps nothing.
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
    /// What needs no waiting.
    Pending NOTHING = () -> {};

    /// Returns when the change is as certain as the gallery's durability asks; for any number of threads.
    void settle() throws IOException;
  }

  /// Why a snapshot may be wanted.
  enum Occasion {
    /// Somebody asks for it.
    ASKED,
    /// Something was changed: only where the log has grown long.
    CHANGE,
    /// The gallery is being closed: only where the next opening gains.
    CLOSING
  }

  /// Whether it takes changes.
  default boolean isReadOnly() {
    return false;
  }

  /// Writes down what is about to be done; on an error it is not to be done.
  Pending append(LoggedChange change) throws IOException;

  /// Refuses changes from now on, because what was written down was not done.
  default void breakOff(Throwable why) {}

  /// Returns when all changes are certain.
  default void flush() throws IOException {}

  /// Writes a snapshot and begins the log anew, where the occasion asks for it.
  default void compact(Occasion occasion) throws IOException {}

  /// Compares everything that is on disk with its checksums.
  default void verify() throws IOException {}

  /// Lets go of the files.
  default void close() throws IOException {}
}
