package ai.fovea.bench;

import ai.fovea.graph.NDArray;
import ai.fovea.graph.Shape;
import ai.fovea.onnx.ExecutionOptions;
import ai.fovea.onnx.OnnxInput;
import ai.fovea.onnx.OnnxSession;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// What one image costs in ONNX Runtime, from a batch in memory to the values of the output.
final class EmbedBench {
  static final String USAGE =
      "embed MODEL.onnx [--shape 3,224,224] [--threads N] [--rounds R] [--batch 1,32]";
  private static final double WARM_UP = 1;

  private EmbedBench() {}

  static void run(List<String> line, Consumer<Result> sink) throws Exception {
    Arguments arguments = Arguments.of(line, "shape", "threads", "rounds", "batch");
    Path file = Path.of(arguments.word("model"));
    int[] shape = arguments.integers("shape", "3,224,224");
    int threads = arguments.integer("threads", 1);
    try (OnnxSession model = OnnxSession.open(file, ExecutionOptions.ofThreads(threads))) {
      String output = model.outputs().keySet().iterator().next();
      for (int batch : arguments.integers("batch", "1,32")) {
        Shape all = Shape.batch(shape).withBatch(batch);
        OnnxInput values = OnnxInput.of(values(all));
        String input = model.inputs().keySet().iterator().next();
        int runs = Math.max(1, 8 / batch);
        double seconds =
            Result.seconds(
                arguments.integer("rounds", 5),
                WARM_UP,
                System::nanoTime,
                () -> {
                  for (int i = 0; i < runs; i++) {
                    model.run(Map.of(input, values), List.of(output));
                  }
                });
        sink.accept(
            new Result(
                String.valueOf(file.getFileName()),
                "latency batch " + batch,
                seconds * 1e3 / runs / batch,
                "ms/image",
                threads,
                Map.of("shape", Arrays.stream(shape).boxed().toList())));
      }
    }
  }

  private static NDArray values(Shape shape) {
    float[] out = new float[shape.size()];
    var random = new SplittableRandom(1);
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) random.nextGaussian();
    }
    return NDArray.of(out, shape.sizes());
  }
}
