/// File headers, OpenCV calls and pixel loops behind `ai.fovea.image`; not for use from elsewhere.
@NullMarked
package ai.fovea.image.internal;

import org.jspecify.annotations.NullMarked;
