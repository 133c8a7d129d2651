/// libtorch as an engine for graphs.
@NullMarked
package ai.fovea.torch;

import org.jspecify.annotations.NullMarked;
