/// Golden files of schedules.
@NullMarked
package ai.fovea.plan.golden;

import org.jspecify.annotations.NullMarked;
