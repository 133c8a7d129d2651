/// Galleries: labelled vectors of images that last, wherever they are stored.
///
/// [ai.fovea.gallery.LocalGallery] is the way in; [ai.fovea.gallery.Galleries] opens galleries by
/// their address. [ai.fovea.gallery.decision] answers which label a new image has, if any, and
/// [ai.fovea.gallery.calibration] finds the thresholds for that.
@NullMarked
package ai.fovea.gallery;

import org.jspecify.annotations.NullMarked;
