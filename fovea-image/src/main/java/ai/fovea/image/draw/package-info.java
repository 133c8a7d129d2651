/// Drawing of results on images.
@NullMarked
package ai.fovea.image.draw;

import org.jspecify.annotations.NullMarked;
