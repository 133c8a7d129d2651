/// The demonstration on photographs that come with the program.
@NullMarked
package ai.fovea.cli.demo;

import org.jspecify.annotations.NullMarked;
