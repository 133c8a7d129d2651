/// Vector indexes.
@NullMarked
package ai.fovea.index;

import org.jspecify.annotations.NullMarked;
