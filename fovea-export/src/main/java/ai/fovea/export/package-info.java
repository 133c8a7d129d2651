/// Trained networks written as model folders, without the engine that trained them.
@NullMarked
package ai.fovea.export;

import org.jspecify.annotations.NullMarked;
