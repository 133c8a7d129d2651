/// What is checked of options before a command begins.
@NullMarked
package ai.fovea.cli.options;

import org.jspecify.annotations.NullMarked;
