/// Learning rates over the course of a training.
@NullMarked
package ai.fovea.plan.schedule;

import org.jspecify.annotations.NullMarked;
