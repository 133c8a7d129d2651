/// Inference programs of PaddlePaddle (`inference.pdmodel`, `inference.json`) as graphs.
@org.jspecify.annotations.NullMarked
package ai.fovea.program;
