/// Golden files of weights.
@NullMarked
package ai.fovea.weights.golden;

import org.jspecify.annotations.NullMarked;
