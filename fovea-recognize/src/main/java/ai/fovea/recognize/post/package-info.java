/// What becomes of the numbers that a network yields: steps as data, applied in one place.
@NullMarked
package ai.fovea.recognize.post;

import org.jspecify.annotations.NullMarked;
