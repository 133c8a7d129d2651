/// Thresholds that tell known from unknown things, found from a gallery's own images.
///
/// [ai.fovea.gallery.calibration.Calibrator] is the way in.
@NullMarked
package ai.fovea.gallery.calibration;

import org.jspecify.annotations.NullMarked;
