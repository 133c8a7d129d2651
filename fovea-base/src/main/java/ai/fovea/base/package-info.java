/// What all modules share: the exceptions, problems that are collected before they are thrown, files that are read
/// and written as a whole, vectors of unit length.
@NullMarked
package ai.fovea.base;

import org.jspecify.annotations.NullMarked;
