/// Golden files of training, and of networks on both engines.
@NullMarked
package ai.fovea.train.golden;

import org.jspecify.annotations.NullMarked;
