/// List files: texts with a line for each image, which training, evaluation and galleries share.
@NullMarked
package ai.fovea.lists;

import org.jspecify.annotations.NullMarked;
