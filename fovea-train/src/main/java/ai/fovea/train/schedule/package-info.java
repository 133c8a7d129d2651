/// Learning rates over the course of a training.
@NullMarked
package ai.fovea.train.schedule;

import org.jspecify.annotations.NullMarked;
