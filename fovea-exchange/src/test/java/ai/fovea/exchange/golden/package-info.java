/// Golden files of galleries: those of PaddleClas and PaddleX.
@NullMarked
package ai.fovea.exchange.golden;

import org.jspecify.annotations.NullMarked;
