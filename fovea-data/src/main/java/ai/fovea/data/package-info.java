/// What a run learns from: list files, and the order in which batches are drawn from them.
@NullMarked
package ai.fovea.data;

import org.jspecify.annotations.NullMarked;
