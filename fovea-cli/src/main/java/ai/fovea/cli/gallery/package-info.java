/// The commands that make, change, measure and move galleries.
@NullMarked
package ai.fovea.cli.gallery;

import org.jspecify.annotations.NullMarked;
