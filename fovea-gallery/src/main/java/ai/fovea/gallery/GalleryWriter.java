package ai.fovea.gallery;

import ai.fovea.gallery.calibration.Calibration;
import java.util.List;
import java.util.Optional;

/// Write access to labelled vectors, wherever they are stored.
///
///     List<ChangeResult> results = writer.apply(List.of(new Change.Add(mug), new Change.Remove(7)));
///
/// How far a batch is done as a whole, how large it may be and when others see it is data:
/// [#guarantees()].
///
/// **Errors** of single changes are results. What failed was not done, unless its reason is
/// [ChangeResult.Reason#UNKNOWN]: then nobody knows. Thrown are [IllegalArgumentException] for a
/// batch that is larger than what is guaranteed, [GalleryException] where changes are refused
/// altogether, and [IllegalStateException] after [#close()].
///
/// **Threads**: safe for use by any number of threads.
public interface GalleryWriter extends AutoCloseable {

  /// Returns what this implementation promises.
  Guarantees guarantees();

  /// Throws a [GalleryException] where changes are refused, for instance because the gallery was
  /// opened for reading. To be called before work whose result is to be stored.
  void requireWritable();

  /// Does `changes` in their order, as far as [Guarantees#atomicity()] says together.
  ///
  /// @param changes at most [Guarantees#maxBatch()]
  /// @return what became of each, in the same order
  List<ChangeResult> apply(List<Change> changes);

  /// Does one change.
  default ChangeResult apply(Change change) {
    return apply(List.of(change)).getFirst();
  }

  /// Adds an image and returns its id. Many are added faster by one [#apply(List)].
  ///
  /// @throws GalleryException where it does not fit the gallery, or can't be stored
  default long add(NewEntry entry) {
    ChangeResult result = apply(new Change.Add(entry)).orElseThrow();
    if (result instanceof ChangeResult.Added(long id)) {
      return id;
    }
    throw new IllegalStateException("an addition ended as " + result);
  }

  /// Stores a calibration in place of the one before.
  ///
  /// @throws GalleryException where it can't be stored
  default void setCalibration(Calibration calibration) {
    apply(new Change.SetCalibration(Optional.of(calibration))).orElseThrow();
  }

  /// Removes the stored calibration, for instance because nothing is left to measure one from. Does
  /// nothing where none is stored.
  ///
  /// @throws GalleryException where it can't be removed
  default void removeCalibration() {
    apply(new Change.SetCalibration(Optional.empty())).orElseThrow();
  }

  /// Returns when everything done so far is visible to every reader and stored as durably as the
  /// implementation can.
  void flush();

  /// Flushes, and releases what the gallery holds. Closing again does nothing.
  @Override
  void close();
}
