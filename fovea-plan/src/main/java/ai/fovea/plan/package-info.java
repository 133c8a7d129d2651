/// What a training configuration asks for, read and checked without the engine that carries it out.
@NullMarked
package ai.fovea.plan;

import org.jspecify.annotations.NullMarked;
