package ai.fovea.gallery;

/// A label of a gallery.
///
/// @param label the label
/// @param entries how many images have it, 1 or greater
public record LabelCount(String label, int entries) {}
