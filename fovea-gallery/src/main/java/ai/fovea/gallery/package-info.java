/// Galleries: labelled vectors of pictures that last, and the decision which label a new picture has, if any.
///
/// [ai.fovea.gallery.Gallery] is the way in.
@NullMarked
package ai.fovea.gallery;

import org.jspecify.annotations.NullMarked;
