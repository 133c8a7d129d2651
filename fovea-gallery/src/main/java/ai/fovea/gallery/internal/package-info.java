/// How galleries lie on disk, byte by byte; nothing here knows what a picture is.
@NullMarked
package ai.fovea.gallery.internal;

import org.jspecify.annotations.NullMarked;
