/// The families: one file each, in the order blocks, net, table of variants. Not part of the public interface.
@NullMarked
package ai.fovea.models.internal;

import org.jspecify.annotations.NullMarked;
