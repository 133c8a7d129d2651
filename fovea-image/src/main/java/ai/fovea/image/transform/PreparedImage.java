package ai.fovea.image.transform;

import ai.fovea.image.Planes;

/// An image as a network takes it, and how it came to be so.
///
/// @param tensor `[C,H,W]`
/// @param geometry from the image to the tensor
public record PreparedImage(Planes tensor, Geometry geometry) {}
