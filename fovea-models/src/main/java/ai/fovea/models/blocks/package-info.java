/// Layers that families of networks share, for use in networks of one's own: each adds operations and parameters to a
/// [ai.fovea.graph.Scope] and returns the value that they yield.
@NullMarked
package ai.fovea.models.blocks;

import org.jspecify.annotations.NullMarked;
