/// ONNX files and ONNX Runtime.
@NullMarked
package ai.fovea.onnx;

import org.jspecify.annotations.NullMarked;
