/// The one definition of a network.
@NullMarked
package ai.fovea.graph;

import org.jspecify.annotations.NullMarked;
