package ai.fovea.gallery.calibration;

import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GalleryReader;

/// Finds the thresholds that tell known from unknown things, from the images of a gallery, on any
/// gallery.
///
/// Each image is looked up twice: with its whole label left out, which plays an unknown thing, and
/// with only its own series left out, which plays a known one. Others may read and write the
/// gallery meanwhile. Later additions do not change thresholds; calibrating again does.
///
/// Immutable: safe for use by any number of threads.
public final class Calibrator {
  private final CalibrationSettings settings;

  /// Creates a calibrator at the equal error rate.
  public Calibrator() {
    this(CalibrationSettings.balanced());
  }

  /// Creates a calibrator at a false accept rate.
  ///
  /// @param falseAcceptRate more than 0 and less than 1, for instance 0.01
  public Calibrator(double falseAcceptRate) {
    this(CalibrationSettings.of(falseAcceptRate));
  }

  /// Creates a calibrator.
  public Calibrator(CalibrationSettings settings) {
    this.settings = settings;
  }

  /// Returns the thresholds of a gallery without storing them.
  ///
  /// @throws GalleryException where there are fewer than two labels to compare and the similarity
  ///     is not cosine
  public Calibration calibrate(GalleryReader gallery) {
    return GalleryScores.measure(gallery, settings).calibration(settings);
  }

  /// Finds the thresholds of a gallery and stores them in it.
  ///
  /// @throws GalleryException where there are fewer than two labels to compare and the similarity
  ///     is not cosine, or where the gallery can't be written
  public Calibration calibrateAndStore(Gallery gallery) {
    gallery.requireWritable();
    Calibration found = calibrate(gallery);
    gallery.setCalibration(found);
    return found;
  }
}
