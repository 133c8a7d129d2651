/// The commands that need libtorch, found by the command line through [TrainingCommands].
@NullMarked
package ai.fovea.cli.train;

import org.jspecify.annotations.NullMarked;
