/// How galleries lie on disk, byte by byte; nothing here knows what an image is.
@NullMarked
package ai.fovea.gallery.internal;

import org.jspecify.annotations.NullMarked;
