/// Training and evaluation.
@NullMarked
package ai.fovea.train;

import org.jspecify.annotations.NullMarked;
