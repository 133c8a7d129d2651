/// Golden files of configurations.
@NullMarked
package ai.fovea.config.golden;

import org.jspecify.annotations.NullMarked;
