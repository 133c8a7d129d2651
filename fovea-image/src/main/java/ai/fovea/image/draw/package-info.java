/// Drawing of results on pictures.
@NullMarked
package ai.fovea.image.draw;

import org.jspecify.annotations.NullMarked;
