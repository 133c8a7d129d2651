package ai.fovea.gallery;

/// What became of a [Change].
public sealed interface ChangeResult {

  /// An image was added.
  ///
  /// @param id its id, the caller's own or the next free one
  record Added(long id) implements ChangeResult {}

  /// Another change was done.
  ///
  /// @param entries how many images it changed, which may be none
  record Done(int entries) implements ChangeResult {}

  /// The change was not done; where the reason is [Reason#UNKNOWN], it may have been.
  ///
  /// @param reason what kind of problem it is
  /// @param problem what is wrong, for people
  record Failed(Reason reason, String problem) implements ChangeResult {}

  /// The change was not tried, or was taken back, because another one of its step or batch failed.
  record Skipped() implements ChangeResult {}

  /// Why a change failed.
  enum Reason {
    /// The change does not fit the gallery: a vector of another length, an odd text, an id in use.
    /// Trying again does not help.
    INVALID,
    /// The image or label to be changed is not there.
    NOT_FOUND,
    /// The store could not write it. Trying again may help.
    STORE,
    /// It is unknown whether the store has written it: readers may see it now, and it may be gone
    /// when the gallery is opened again. Open it again and look before trying again.
    UNKNOWN
  }

  /// Returns whether the change was done and stored.
  default boolean isDone() {
    return this instanceof Added || this instanceof Done;
  }

  /// Returns this where the change was done.
  ///
  /// @throws UnknownOutcomeException where nobody knows
  /// @throws GalleryException where it was not
  default ChangeResult orElseThrow() {
    return switch (this) {
      case Added _, Done _ -> this;
      case Failed failed when failed.reason == Reason.UNKNOWN ->
          throw new UnknownOutcomeException(failed.problem);
      case Failed failed -> throw new GalleryException(failed.problem);
      case Skipped _ ->
          throw new GalleryException("the change was not done: another one of its batch failed");
    };
  }
}
