/// Golden files of operations on images.
@NullMarked
package ai.fovea.image.golden;

import org.jspecify.annotations.NullMarked;
