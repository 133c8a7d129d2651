/// Reading YAML 1.1 and Python literals, writing YAML. No API.
@NullMarked
package ai.fovea.config.internal;

import org.jspecify.annotations.NullMarked;
