/// Decoding, preprocessing and drawing of images.
@NullMarked
package ai.fovea.image;

import org.jspecify.annotations.NullMarked;
