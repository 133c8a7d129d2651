/// Decoding, preprocessing and drawing of pictures.
@NullMarked
package ai.fovea.image;

import org.jspecify.annotations.NullMarked;
