/// How good a search is: recall@k, precision@k, mAP, mINP of labelled vectors.
@NullMarked
package ai.fovea.index.eval;

import org.jspecify.annotations.NullMarked;
