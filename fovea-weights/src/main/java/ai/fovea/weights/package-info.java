/// Reading and writing named tensors.
@NullMarked
package ai.fovea.weights;

import org.jspecify.annotations.NullMarked;
