/// What happens to an image on its way to a model, one class an operation, named as in PaddleClas.
@NullMarked
package ai.fovea.image.transform;

import org.jspecify.annotations.NullMarked;
