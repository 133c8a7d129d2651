/// Settings of a run, as PaddleClas users write them: YAML with `-o key=value` on top.
@NullMarked
package ai.fovea.config;

import org.jspecify.annotations.NullMarked;
