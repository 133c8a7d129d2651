package ai.fovea.gallery;

import ai.fovea.gallery.calibration.Calibration;
import java.time.Instant;
import java.util.Optional;

/// A gallery in a few figures.
///
/// @param formatVersion the version of the format on disk
/// @param settings what was fixed when it was made: model id, dimension, similarity
/// @param entries how many images it holds
/// @param labels how many different labels they have
/// @param created when it was made, to the second
/// @param calibration its threshold, where one was stored
public record GalleryInfo(
    int formatVersion,
    GallerySettings settings,
    int entries,
    int labels,
    Instant created,
    Optional<Calibration> calibration) {}
