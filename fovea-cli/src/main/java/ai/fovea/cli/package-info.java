/// The command line: one file a command. [Main] runs it; [CommandProvider] adds commands to it.
@NullMarked
package ai.fovea.cli;

import org.jspecify.annotations.NullMarked;
