/// Vector search: the [ai.fovea.index.VectorIndex] interface and its kinds.
///
/// Vectors are `float[dimension]`, ids are caller's numbers (0 or greater), results come best first
/// and ties in the order of their ids, so that the same content always gives the same answer.
@NullMarked
package ai.fovea.index;

import org.jspecify.annotations.NullMarked;
