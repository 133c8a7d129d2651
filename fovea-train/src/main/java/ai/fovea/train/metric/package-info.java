/// How good a network is, and the lines that tell it.
@NullMarked
package ai.fovea.train.metric;

import org.jspecify.annotations.NullMarked;
