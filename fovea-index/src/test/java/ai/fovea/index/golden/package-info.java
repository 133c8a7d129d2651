/// Golden files of indexes: those of Faiss.
@NullMarked
package ai.fovea.index.golden;

import org.jspecify.annotations.NullMarked;
