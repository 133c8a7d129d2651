/// Losses, under the names and settings of PaddleClas.
@NullMarked
package ai.fovea.train.loss;

import org.jspecify.annotations.NullMarked;
