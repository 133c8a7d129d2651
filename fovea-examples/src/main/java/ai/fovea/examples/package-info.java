/// Uses of the library, one a class. Each has a `main` that needs no arguments and prints its
/// result, and is to be read from top to bottom.
@NullMarked
package ai.fovea.examples;

import org.jspecify.annotations.NullMarked;
