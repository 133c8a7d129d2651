/// Golden files of data sets, samplers and batches.
@NullMarked
package ai.fovea.data.golden;

import org.jspecify.annotations.NullMarked;
