/// Kernels and storage behind the index kinds; not for callers.
@NullMarked
package ai.fovea.index.internal;

import org.jspecify.annotations.NullMarked;
