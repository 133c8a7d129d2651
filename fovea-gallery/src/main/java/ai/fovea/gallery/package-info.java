/// Labelled galleries.
@NullMarked
package ai.fovea.gallery;

import org.jspecify.annotations.NullMarked;
