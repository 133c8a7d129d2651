/// The restricted pickle machine.
@NullMarked
package ai.fovea.weights.internal;

import org.jspecify.annotations.NullMarked;
