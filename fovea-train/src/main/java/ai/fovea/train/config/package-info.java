/// Settings of a run, as PaddleClas users write them: YAML with `-o key=value` on top.
@NullMarked
package ai.fovea.train.config;

import org.jspecify.annotations.NullMarked;
