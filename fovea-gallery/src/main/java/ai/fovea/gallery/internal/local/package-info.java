/// Galleries of this process: their content in memory, their files, and how both stay the same.
@NullMarked
package ai.fovea.gallery.internal.local;

import org.jspecify.annotations.NullMarked;
