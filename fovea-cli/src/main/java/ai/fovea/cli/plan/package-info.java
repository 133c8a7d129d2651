/// The commands that work with a training configuration and need no engine to train with.
@NullMarked
package ai.fovea.cli.plan;

import org.jspecify.annotations.NullMarked;
