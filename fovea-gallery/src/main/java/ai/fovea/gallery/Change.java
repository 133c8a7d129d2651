package ai.fovea.gallery;

import ai.fovea.gallery.calibration.Calibration;
import java.util.List;
import java.util.Optional;

/// A change of a gallery, as data; [GalleryWriter#apply] does it. What does not fit the gallery is
/// a [ChangeResult.Failed]. Labels are kept in Unicode's composed form (NFC), whatever form a
/// change names them in.
public sealed interface Change {

  /// Adds an image; the result is [ChangeResult.Added].
  record Add(NewEntry entry) implements Change {}

  /// Replaces all of an image but its id.
  ///
  /// @param entry without an id, or with this one
  record Replace(long id, NewEntry entry) implements Change {}

  /// Replaces the vector of an image.
  ///
  /// @param vector `[D]`, not copied
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record UpdateVector(long id, float[] vector) implements Change {}

  /// Replaces label, source and attributes of the image with the id of `entry`; its vector and its
  /// thumbnail stay.
  record Describe(Entry entry) implements Change {}

  /// Removes an image.
  record Remove(long id) implements Change {}

  /// Removes all images with a label.
  record RemoveLabel(String label) implements Change {}

  /// Gives all images with one of the labels `from` the label `to`, which may be one of these,
  /// another, or a new one.
  record Relabel(List<String> from, String to) implements Change {
    /// Copies the list.
    public Relabel {
      from = List.copyOf(from);
    }
  }

  /// Stores a calibration in place of the one before, or none.
  record SetCalibration(Optional<Calibration> calibration) implements Change {}
}
