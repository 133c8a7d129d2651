/// How well a gallery answers: figures from labelled queries, and from labels that were left out of
/// it.
@NullMarked
package ai.fovea.gallery.eval;

import org.jspecify.annotations.NullMarked;
