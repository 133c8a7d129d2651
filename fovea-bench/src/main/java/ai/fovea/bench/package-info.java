/// Benchmarks.
@NullMarked
package ai.fovea.bench;

import org.jspecify.annotations.NullMarked;
