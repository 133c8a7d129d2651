/// The command line.
@NullMarked
package ai.fovea.cli;

import org.jspecify.annotations.NullMarked;
