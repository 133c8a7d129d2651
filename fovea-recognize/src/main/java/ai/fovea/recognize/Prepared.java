package ai.fovea.recognize;

import ai.fovea.graph.NDArray;
import ai.fovea.image.transform.Geometry;
import java.util.Optional;

/// An image that is ready for the network.
///
/// @param name the image's, for errors
/// @param tensor `[C,H,W]`
/// @param geometry from the image to the tensor, where somebody needs it
record Prepared(String name, NDArray tensor, Optional<Geometry> geometry) {}
